// What the steps of the flow are called that a call went through.
import { useQuery } from "@tanstack/react-query";
import type { CallStory } from "../../bindings/api";
import { useMay } from "../../live/session";
import { flowsApi } from "./api";
import { nodeName } from "./catalogue";

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** The names by step, of the version the call went through; none for those who may not see flows. */
export function useNodeNames({ walk }: CallStory): ReadonlyMap<string, string> {
  const may = useMay("admin");
  const { flow = 0, revision = 0 } = walk ?? {};
  const { data } = useQuery({
    queryKey: ["flows", flow, "version", revision],
    queryFn: () => flowsApi.version(flow, revision),
    // A draft that was tried is not kept.
    enabled: may && revision > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ? new Map(data.nodes.map((node) => [node.id, nodeName(node)])) : NO_NAMES;
}
