// What this screen asks of the engine, kept until something changes it.
import { type QueryKey, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { api } from "../../live/api";
import { useLive } from "../../live/store";
import { lines } from "./api";

export const KEYS = {
  providers: ["providers"],
  numbers: ["numbers"],
  unknown: ["numbers", "unknown"],
  extensions: ["extensions"],
  peers: ["peers"],
  domains: ["domain-access"],
  rules: ["outbound-rules"],
  rights: ["calling-rights"],
  policy: ["calling-policy"],
  admission: ["outside-admission"],
  waysOut: ["ways-out"],
  fuses: ["fuses"],
  newPhones: ["new-phones"],
  emergency: ["emergency-plan"],
} as const satisfies Record<string, QueryKey>;

const FOR_EVER = Number.POSITIVE_INFINITY;

export const useProviders = () =>
  useQuery({ queryKey: KEYS.providers, queryFn: lines.providers, staleTime: FOR_EVER });
/** All countries, by their codes. */
export const useCountries = () =>
  useQuery({ queryKey: ["setup"], queryFn: api.setup, staleTime: FOR_EVER }).data?.countries ?? [];
export const useNumbers = () => useQuery({ queryKey: KEYS.numbers, queryFn: lines.numbers });
export const useUnknownNumbers = () => useQuery({ queryKey: KEYS.unknown, queryFn: lines.unknownNumbers });
export const useExtensions = () => useQuery({ queryKey: KEYS.extensions, queryFn: lines.extensions });
/** One extension; asked anew when somebody gets another one. */
export const useExtension = (number: string) =>
  useQuery({ queryKey: [...KEYS.extensions, number], queryFn: lines.extensions }).data?.find(
    (extension) => extension.number === number,
  );
export const usePeers = () => useQuery({ queryKey: KEYS.peers, queryFn: lines.peers });
export const useDomains = () => useQuery({ queryKey: KEYS.domains, queryFn: lines.domainAccess });
export const useRules = () => useQuery({ queryKey: KEYS.rules, queryFn: lines.rules });
export const useRights = () => useQuery({ queryKey: KEYS.rights, queryFn: lines.allRights });
export const usePolicy = () => useQuery({ queryKey: KEYS.policy, queryFn: lines.policy });
export const useAdmission = () => useQuery({ queryKey: KEYS.admission, queryFn: lines.admission });
// Numbers, people and flows are changed elsewhere: it is asked anew whenever it is looked at.
export const useWaysOut = () => useQuery({ queryKey: KEYS.waysOut, queryFn: lines.waysOut, staleTime: 0 });
export const useFuses = () => useQuery({ queryKey: KEYS.fuses, queryFn: lines.fuses });
export const useNewPhones = () => useQuery({ queryKey: KEYS.newPhones, queryFn: lines.newPhones });
export const useEmergencyPlan = () => useQuery({ queryKey: KEYS.emergency, queryFn: lines.emergencyPlan });

/** Asks anew for what a change may have touched. */
export function useRefresh(): (...keys: QueryKey[]) => Promise<void> {
  const queries = useQueryClient();
  return useCallback(
    async (...keys) => {
      await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
    [queries],
  );
}

/** What calls change, such as the use of the day, is asked anew after each of them. */
export function useRefreshAfterCalls(...keys: QueryKey[]): void {
  const refresh = useRefresh();
  const recorded = useLive((live) => live.recorded);
  const seen = useRef(recorded);
  const wanted = useRef(keys);
  wanted.current = keys;
  useEffect(() => {
    if (seen.current === recorded) return;
    seen.current = recorded;
    void refresh(...wanted.current);
  }, [recorded, refresh]);
}
