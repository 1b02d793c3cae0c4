// The words of what the engine finds, mends, tells and compares.
export const flowRules = {
  rule: {
    E01: "This flow needs exactly one beginning.",
    E02: "A way leads to a step that is not there, or from an outcome the step no longer has.",
    E03: "“{{outcome}}” leads nowhere. Callers would be stuck here.",
    E04: "Who comes here never gets out. Lead one of the ways to an end.",
    E05: "This goes round in circles without the caller doing anything.",
    E06: "Something that is referred to does not exist.",
    E07: "A value does not fit.",
    W01: "No call ever comes here.",
    W02: "A silent caller goes round here for more than three minutes.",
    W03: "A way ends here without offering a person or a mailbox.",
    W04: "A value may be missing here on some ways.",
    W05: "It takes a long time until a person or a mailbox answers.",
    W06: "The schedule says nothing about a public holiday within the next 60 days.",
    W07: "These two questions about hours always agree.",
    I01: "All outcomes lead to the same step.",
  },
  fix: {
    choose: "Choose",
    connect: "Connect…",
    remove: "Remove",
  },
  says: { none: "…" },
  change: { none: "…" },
  ended: { none: "The call ended." },
  import: { none: "Everything was taken over." },
  templates: {
    ringAll: {
      name: "Ring everyone, then voicemail",
      sentence: "All phones ring; if nobody answers, the office mailbox takes a message.",
    },
  },
};
