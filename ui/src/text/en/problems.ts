// What the engine refuses, as sentences: what happened, what callers notice, what to do.
export const problems = {
  // By code, then by status.
  code: {
    wrongPassword: "Login and password do not match. Nothing was changed. Check both and try again.",
  },
  status: {
    s0: "The phone system does not answer. Nothing was changed; running calls may still be fine. Try again in a moment.",
    s400: "The phone system did not understand the request. Nothing was changed.",
    s401: "You are no longer signed in. Nothing was changed. Sign in and try again.",
    s403: "Your role does not allow this. Nothing was changed. Ask the owner of the office.",
    s404: "This no longer exists. Somebody else may have removed it.",
    s409: "Somebody else has this already. Nothing was changed. Choose another.",
    s412: "Somebody else changed this meanwhile. Nothing was overwritten. Look at the new values and try again.",
    s413: "This is too large. Nothing was changed.",
    s422: "A value cannot be accepted. Nothing was changed. Mend it and try again.",
    s429: "This was tried too often. Calls are not affected. Wait a minute and try again.",
    s500: "Something went wrong inside the phone system. Calls go on. Try again, then look at Health.",
    s503: "The phone system is busy. Calls go on. Try again in a moment.",
    s507: "The disk of the phone system is full. Calls go on, but nothing can be saved. Make room on the disk.",
  },
  // By field, for the line under the field.
  field: {
    extension: "This number cannot be used, or somebody else has it.",
    name: "Please enter a name.",
  },
};
