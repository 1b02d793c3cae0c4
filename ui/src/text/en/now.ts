// The words of the first screen: what is going on, what needs attention, what comes next.
export const now = {
  title: "Now",
  counts: {
    free: "free",
    busy: "in calls",
    ringing: "ringing",
    notNow: "not now",
    offline: "offline",
  },
  calls: {
    title: "Calls in progress",
    none: "Nobody is on the phone.",
    more_one: "and {{count}} more on the board",
    more_other: "and {{count}} more on the board",
    states: { ringing: "Ringing", talking: "Talking", held: "On hold", parked: "Parked" },
    waitsIn: "waits in {{name}}",
    to: "to {{name}}",
    open: "Open the board",
  },
  attention: {
    title: "Needs attention",
    none: "Nothing needs you. Phones and the phone system are well.",
    more_one: "{{count}} more",
    more_other: "{{count}} more",
    less: "Show fewer",
    dismiss: "Take off the list until it happens again",
    since: "since {{time}}",
    somePhone: "A phone",
    phoneOf: "{{name}}’s {{label}}",
    wrongPassword: {
      title: "{{phone}} uses a wrong password.",
      body_one:
        "It cannot call or be called: {{count}} try from {{address}}, at {{time}}. Give it a new password and type that into the phone.",
      body_other:
        "It cannot call or be called: {{count}} tries from {{address}}, the last at {{time}}. Give it a new password and type that into the phone.",
      fix: "Give it a new password",
    },
    unknownUser: {
      title: "A phone at {{address}} signs in as “{{user}}”, whom nobody knows.",
      body_one:
        "It cannot call or be called: {{count}} try, at {{time}}. Add the phone to a person and type its sign-in data into it.",
      body_other:
        "It cannot call or be called: {{count}} tries, the last at {{time}}. Add the phone to a person and type its sign-in data into it.",
      fix: "Add this phone",
    },
    tooManyTries: {
      title: "{{phone}} tried too often and is turned away for a while.",
      body_one:
        "It cannot call or be called: {{count}} try from {{address}}, at {{time}}. Check the password in the phone, then let it try again.",
      body_other:
        "It cannot call or be called: {{count}} tries from {{address}}, the last at {{time}}. Check the password in the phone, then let it try again.",
      fix: "Let it try again",
    },
    notFromThere: {
      title: "{{phone}} signs in from {{address}}, from where nobody may.",
      body_one:
        "It cannot call or be called: {{count}} try, at {{time}}. If it belongs there, allow its address; if not, give the phone a new password.",
      body_other:
        "It cannot call or be called: {{count}} tries, the last at {{time}}. If it belongs there, allow its address; if not, give the phone a new password.",
      fix: "Show who may sign in",
    },
    phoneLost: {
      title: "{{phone}} does not respond.",
      body: "Last seen {{time}}. Callers of {{name}} do not reach this phone. Check its power and its network cable.",
      fix: "Show the phone",
    },
    lineDown: {
      down: "The line {{name}} is down.",
      refused: "The provider refuses the line {{name}}.",
      fix: "Show the line",
    },
    someLimit: "one of today",
    fuseBlown: {
      title: "A limit is reached: {{name}}.",
      body: "Such calls are stopped since {{time}}; emergency calls are not. Look at who called where, then reset it if the calls were right.",
      fix: "Show limits",
    },
    unknownNumber: {
      title: "{{number}} was called, but leads nowhere.",
      body: "Callers were told that the number is not in use. Choose where it leads.",
      fix: "Add the number",
    },
    someBox: "A mailbox",
    boxOf: "The mailbox {{name}}",
    letterTo: "A letter to {{to}}",
    flowFault: {
      title: "A step of the call flow {{flow}} does not work: {{step}}.",
      body_one:
        "Its callers are sent another way, or to everybody’s phone. It happened once, {{time}}. It leaves this list when the flow is published anew.",
      body_other:
        "Its callers are sent another way, or to everybody’s phone. It happened {{count}} times, last {{time}}. It leaves this list when the flow is published anew.",
      fix: "Open the step",
    },
    hoursFault: {
      title: "The hours “{{name}}” cannot be read.",
      body: "They count as open at any time: callers are put through at night, too. Enter them anew.",
      fix: "Open hours",
    },
    flowNotice: {
      body: "A call flow said so, {{time}}.",
      fix: "Show the calls",
    },
    mailFailed: {
      title: "{{letter}} could not be sent.",
      body: "Callers notice nothing, and the message stays in its mailbox. See what the mail server says, then try again.",
      fix: "Show letters",
    },
    mailboxFull: {
      title: "{{box}} is full.",
      body: "Callers are told so and cannot leave a message there. Delete messages that are no longer needed.",
      fix: "Open the mailbox",
    },
    mailboxLocked: {
      title: "{{box}} is locked after too many wrong PINs.",
      body: "Callers can still leave messages. It opens by itself after a while; a new PIN opens it at once.",
      fix: "Make a new PIN",
    },
    check: { fix: "Open Health" },
  },
  people: {
    unreachable: "Not reachable",
    unreachableNone: "Everybody with a phone can be reached.",
    away: "Not now",
    awayNone: "Nobody is away.",
    since: "since {{time}}",
    more_one: "and {{count}} more",
    more_other: "and {{count}} more",
  },
  next: {
    title: "Next steps",
    lead: "A few minutes to the first call.",
    done: "Done",
    office: { title: "Name the office", why: "Its name, country and language.", action: "Set up" },
    people: {
      title: "Add the first people",
      why: "Everybody gets a short number that others dial.",
      action: "Add people",
    },
    phone: {
      title: "Connect a phone",
      why: "You see what to type in, or a picture for the phone’s camera.",
      action: "Connect a phone",
    },
    second: { title: "Connect a second phone", why: "It takes two to talk.", action: "Connect a phone" },
    call: {
      title: "Make the first call",
      why: "Dial the number of the other phone; it shows up here at once.",
      action: "Open the board",
    },
  },
};
