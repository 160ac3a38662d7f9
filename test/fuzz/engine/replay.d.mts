export declare const frontNames: readonly string[];
export declare function replay(name: string): Promise<number>;
