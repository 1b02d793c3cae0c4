// The measures of a node: known beforehand, so that nothing has to be measured on the page.

export const NODE_WIDTH = 232;
/** Sign, name and what it does. */
export const HEADER_PX = 52;
export const ROW_PX = 26;
const FOOT_PX = 6;

export function nodeHeight(rows: number): number {
  return HEADER_PX + (rows > 0 ? rows * ROW_PX + FOOT_PX : 0);
}

/** The middle of an outcome's row, from the node's top. */
export function rowMiddle(row: number): number {
  return HEADER_PX + row * ROW_PX + ROW_PX / 2;
}
