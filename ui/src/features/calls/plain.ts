// A SIP message in plain language: who says what to whom.
import type { TraceMessage, TraceView } from "../../bindings/api";
import { isolated } from "./said";
import { say, statusWords } from "./sentences";

/** What is known of a leg when a message passes: the same words mean another thing later in a call. */
type Leg = { phone: string; talks: boolean; challenged: boolean };

/** The sentence of each message, in order. */
export function plainSentences(trace: TraceView): string[] {
  const legs = new Map<number, Leg>();
  return trace.messages.map((message) => {
    const leg = legs.get(message.leg) ?? {
      phone: phoneName(trace, message.leg),
      talks: false,
      challenged: false,
    };
    legs.set(message.leg, leg);
    const sentence = plainSentence(message, leg);
    if (message.cseqMethod === "INVITE" && message.status !== null) {
      if (message.status >= 200 && message.status < 300) leg.talks = true;
      if (message.status === 401 || message.status === 407) leg.challenged = true;
    }
    return sentence;
  });
}

/** Name of a leg; its address if nobody knows better. */
export function phoneName(trace: TraceView, leg: number): string {
  const known = trace.legs.find((one) => one.leg === leg);
  return known?.name || known?.address ? isolated(known.name || known.address) : say("someone");
}

function plainSentence(message: TraceMessage, leg: Leg): string {
  const { direction, method, status } = message;
  const told = (key: string, values: Record<string, string> = {}) =>
    say(`plain.${direction}.${key}`, { phone: leg.phone, ...values });
  if (method !== null) return told(...request(message, method.toUpperCase(), leg));
  if (status !== null) return told(...response(message, status, leg));
  return say("plain.unreadable");
}

function request(
  message: TraceMessage,
  method: string,
  leg: Leg,
): [key: string, values?: Record<string, string>] {
  if (method === "INVITE") {
    if (leg.talks) return [changeOfSound(message)];
    const number = isolated(askedFor(message.text));
    return [leg.challenged ? "inviteWithPassword" : "invite", { number }];
  }
  if (method === "UPDATE" && message.sdp) return [changeOfSound(message)];
  const key = REQUESTS.find((known) => known === method.toLowerCase());
  return key ? [key] : ["request", { method: isolated(method) }];
}

const REQUESTS = [
  "ack",
  "bye",
  "cancel",
  "prack",
  "update",
  "refer",
  "notify",
  "info",
  "options",
  "register",
  "message",
  "subscribe",
] as const;

function changeOfSound({ sdp, text }: TraceMessage): string {
  if (!sdp) return "refresh";
  return /^a=(sendonly|inactive)\s*$/m.test(text) ? "hold" : "change";
}

function response(
  { cseqMethod }: TraceMessage,
  status: number,
  leg: Leg,
): [key: string, values?: Record<string, string>] {
  const isInvite = cseqMethod === "INVITE";
  if (status === 100) return ["trying"];
  if (isInvite && status === 180) return ["ringing"];
  if (status < 200) return ["progress"];
  if (status < 300) {
    if (isInvite) return [leg.talks ? "acceptsChange" : "answer"];
    return [cseqMethod === "REFER" ? "acceptsTransfer" : "confirms"];
  }
  if (status < 400) return ["elsewhere"];
  if (status === 401 || status === 407) return ["password"];
  if (status === 486 || status === 600) return ["busy"];
  if (status === 603) return ["declined"];
  if (isInvite && status === 487) return ["withdrawn"];
  return ["refuses", { status: statusWords(status) }];
}

/** The number in the first line of a request: `INVITE sip:102@office SIP/2.0`. */
function askedFor(text: string): string {
  const uri = /^\S+ (\S+) SIP\/2\.0/.exec(text)?.[1] ?? "";
  const user = /^(?:sips?|tel):([^@;?]*)/i.exec(uri)?.[1] ?? uri;
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
