/** What came of sending a body up through a gateway, and one down: bytes that arrived, and by how many bytes its process grew at most. */
export function streamingGrowth(
  bytes: number,
): Promise<{ readonly sent: number; readonly received: number; readonly growthUp: number; readonly growthDown: number }>;
