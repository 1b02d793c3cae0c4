// A line, a number and a rule for tests.
import type { LineLive, LineView, NumberView, OutboundRule } from "../bindings/api";

export function line(id: number, name: string, live: Partial<LineLive> = {}): LineView {
  return {
    id,
    revision: 1,
    hasPassword: true,
    spendCap: "notAnswered",
    live: {
      state: "up",
      sentence: "registered",
      detail: "",
      since: 0,
      nextTry: null,
      callsIn: 0,
      callsOut: 0,
      ...live,
    },
    name,
    enabled: live.state !== "off",
    provider: null,
    server: { host: "sip.example.com", port: null, transport: "auto" },
    outboundProxy: null,
    access: { kind: "register", expires: null, bulk: false },
    identity: { authUser: "user123", fromUser: "", fromDomain: null, contactUser: "" },
    realm: null,
    networks: [],
    calledPrefix: "",
    outgoing: {
      numberFormat: "plusE164",
      prefix: "",
      callerId: "pAssertedIdentity",
      hide: "anonymousFrom",
      userPhone: false,
      mainNumber: "+49301234567",
      foreignCallerId: false,
      forwardedBy: "nothing",
    },
    incoming: { calledIn: "requestUri", assertedCaller: true },
    srtp: "off",
    codecs: [],
    dtmf: "events",
    probeSeconds: 30,
    sessionExpires: null,
    channels: { all: 2, incoming: null, outgoing: null },
    prices: { fixed: 0, mobile: 190, foreign: 0, premium: 0 },
    emergency: true,
  };
}

export function number(digits: string, shown: string, rest: Partial<NumberView> = {}): NumberView {
  return {
    revision: 1,
    shown,
    number: digits,
    label: "",
    line: 1,
    route: { dest_kind: "user", dest_id: 1 },
    hours: null,
    channels: null,
    anonymous: "accept",
    challenge: false,
    ...rest,
  };
}

export function rule(id: number, rest: Partial<OutboundRule> = {}): OutboundRule {
  return {
    id,
    name: "",
    who: { kind: "everybody" },
    to: [{ kind: "any" }],
    lines: [1],
    shows: { kind: "own" },
    ...rest,
  };
}
