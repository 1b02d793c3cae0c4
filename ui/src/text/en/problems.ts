// What the engine refuses, as sentences: what happened, what callers notice, what to do.
export const problems = {
  // By code, then by status.
  code: {
    badPassword:
      "This password cannot be used. It needs at least 10 characters, must differ from the login, and must not be one that anybody would try first.",
    loginTaken: "Somebody has this login already. Choose another.",
    badLogin: "This login cannot be used. Use 1 to 80 visible characters.",
    noOwnerForLan:
      "Other computers may open the window, so at least one owner needs a password. Give an owner a password, or turn off network access first.",
    passphraseTooShort: "This passphrase is too short. Use at least 10 characters.",
    wrongPassphrase:
      "The passphrase does not open this file. It is the one that was typed when the file was made.",
    notABackup: "This file is no backup of Cordboard. Nothing was changed. Choose another file.",
    backupTooNew:
      "A newer version of Cordboard made this file. Nothing was changed. Install that version to restore it.",
    backupTooLarge: "This file is larger than any office. Nothing was changed. Choose another file.",
    backupDamaged: "This file is damaged and cannot be restored. Nothing was changed. Choose another file.",
    restoreGone: "What would change was shown too long ago. Nothing was changed. Choose the file again.",
    portTaken: "Another program uses this port. Choose another one.",
    portForbidden: "The system keeps this port for itself. Choose one of 1024 or more, such as 7443.",
    badPort: "This is no port. Choose one from 1024 to 65535, such as 7443.",
    wrongPassword: "Login and password do not match. Nothing was changed. Check both and try again.",
    numberTaken: "Somebody or something else has this number. Choose another.",
    roomWithoutHost:
      "The room is to wait for its host, but has no host PIN, so everybody would wait for ever. Set a host PIN.",
    weakPin:
      "This PIN is one that anybody would try first. Nothing was changed. Choose at least six digits that are no row and no date.",
    soundUsed: "It cannot be deleted while it is used. Choose another sound there first.",
    roomFull: "The room is full. Nobody was called. Let somebody leave, or allow more people in Settings.",
    roomLocked: "The room is locked. Nobody was called. Unlock it first.",
    recordingNotAllowed:
      "Recording is set to never for everybody in this call. The call goes on. Change it in People.",
    noSuchVoice: "This voice is not installed. Nothing was spoken. Choose another.",
    mailNotSetUp: "No mail server is set up, so nothing was sent. Set it up first.",
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
