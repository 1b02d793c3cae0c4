// The board for a screen on the wall.
export default function Wall() {
  return null;
}
