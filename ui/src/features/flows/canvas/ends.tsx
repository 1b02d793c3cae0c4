// Where ways come to a step that has no rows, and where they leave it.
import { Handle, Position } from "@xyflow/react";

/** They stand on the page as well: the browser measures a node, and what it finds there is what counts. */
export function Ends() {
  return (
    <>
      <Handle type="target" id="in" position={Position.Left} className="way-in" isConnectable={false} />
      <Handle type="source" id="out" position={Position.Right} className="way-in" isConnectable={false} />
    </>
  );
}
