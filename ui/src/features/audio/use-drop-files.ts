// Files that are dropped anywhere on the window while a screen is open that takes them.
import { useEffect, useRef, useState } from "react";

/** Whether files are being dragged over the window. */
export function useDropFiles(onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    // Entering a child comes before leaving its parent.
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const on = (act: (event: DragEvent) => void) => (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      act(event);
      setOver(depth > 0);
    };
    const enter = on(() => {
      depth += 1;
    });
    const leave = on(() => {
      depth = Math.max(0, depth - 1);
    });
    const over = on(() => {});
    const drop = on((event) => {
      depth = 0;
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length) latest.current(files);
    });
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return isOver;
}
