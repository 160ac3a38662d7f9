import { TreeNode } from "./tree.js";

/** An axis of XPath. */
export type Axis = keyof typeof axes;

/** Does the axis lead against document order, so that its first node is the nearest? */
export function isReverse(axis: Axis): boolean {
  return axis === "ancestor" || axis === "ancestor-or-self" || axis === "preceding" || axis === "preceding-sibling";
}

/** The nodes of each axis, the nearest first. */
export const axes = {
  self: (node: TreeNode): TreeNode[] => [node],
  child: (node: TreeNode): TreeNode[] => node.children,
  parent: (node: TreeNode): TreeNode[] => (node.parent === null ? [] : [node.parent]),
  attribute: (node: TreeNode): TreeNode[] => node.attributes,
  namespace: (node: TreeNode): TreeNode[] =>
    node.kind === "element"
      ? [...node.namespaces].map(([prefix, uri]) => {
          const found = new TreeNode("namespace", "", prefix, "", uri);
          found.parent = node;
          found.order = node.order;
          return found;
        })
      : [],
  descendant: (node: TreeNode): TreeNode[] => below(node, []),
  "descendant-or-self": (node: TreeNode): TreeNode[] => below(node, [node]),
  ancestor: (node: TreeNode): TreeNode[] => above(node, []),
  "ancestor-or-self": (node: TreeNode): TreeNode[] => above(node, [node]),
  "following-sibling": (node: TreeNode): TreeNode[] => siblings(node).slice(siblings(node).indexOf(node) + 1),
  "preceding-sibling": (node: TreeNode): TreeNode[] =>
    siblings(node)
      .slice(0, Math.max(0, siblings(node).indexOf(node)))
      .reverse(),
  following: (node: TreeNode): TreeNode[] => {
    const found: TreeNode[] = [];
    if (node.kind === "attribute") below(node.parent!, found);
    for (const origin of above(node, [node]))
      for (const sibling of axes["following-sibling"](origin)) {
        found.push(sibling);
        below(sibling, found);
      }
    return found;
  },
  preceding: (node: TreeNode): TreeNode[] => {
    const found: TreeNode[] = [];
    for (const origin of above(node, [node]))
      for (const sibling of axes["preceding-sibling"](origin)) {
        const all = below(sibling, [sibling]);
        for (let i = all.length - 1; i >= 0; i--) found.push(all[i]!);
      }
    return found;
  },
};

function siblings(node: TreeNode): TreeNode[] {
  return node.kind === "attribute" || node.kind === "namespace" ? [] : (node.parent?.children ?? []);
}

function above(node: TreeNode, found: TreeNode[]): TreeNode[] {
  for (let up = node.parent; up !== null; up = up.parent) found.push(up);
  return found;
}

function below(node: TreeNode, found: TreeNode[]): TreeNode[] {
  const pending: TreeNode[] = [...node.children].reverse();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    found.push(next);
    for (let i = next.children.length - 1; i >= 0; i--) pending.push(next.children[i]!);
  }
  return found;
}
