// What the engine refuses, as sentences: what happened, what callers notice, what to do.
export const problems = {
  // By code, then by status.
  code: {
    badFlow:
      "This is no call flow that can be read. Nothing was changed. Choose another file, or export it anew.",
    draftChangedMeanwhile:
      "Somebody else has changed this draft meanwhile. Your last change was not saved; you see theirs now. Do yours again if it is still needed.",
    flowHasErrors:
      "Callers would be lost in this flow, so it was not published. They still get what is live. Mend what the list of problems shows.",
    scenarioFailed:
      "A call that must go as it did would not, so nothing was published. Callers still get what is live. Change the flow or the scenario.",
    neverPublished: "Nothing was published of this flow yet, so there is nothing to go back to.",
    noVoice:
      "There is no voice for a language of this flow, so nothing was published. Callers still get what is live. Use recordings, or another language.",
    badUntil: "It has to end later than now, and within 400 days. Nothing was changed. Choose another end.",
    badSchedule:
      "These hours do not hold together. Nothing was changed; callers are led as before. Check the times and dates.",
    notACalendar: "This file is no calendar. Nothing was changed. Choose an .ics file.",
    stillUsed: "A call flow or a person still goes by it. Nothing was changed. Choose another there first.",
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
    backupTooLarge:
      "That is more than fits into one backup file. Nothing was changed. Leave recordings out, or choose another file.",
    backupDamaged: "This file is damaged and cannot be restored. Nothing was changed. Choose another file.",
    restoreGone: "What would change was shown too long ago. Nothing was changed. Choose the file again.",
    portTaken: "Another program uses this port. Choose another one.",
    portForbidden: "The system keeps this port for itself. Choose one of 1024 or more, such as 7443.",
    badPort: "This is no port. Choose one from 1024 to 65535, such as 7443.",
    wrongPassword: "Login and password do not match. Nothing was changed. Check both and try again.",
    numberTaken: "Somebody or something else has this number. Choose another.",
    weakPin:
      "This PIN is one that anybody would try first. Nothing was changed. Choose at least six digits that are no row and no date.",
    soundUsed: "It cannot be deleted while it is used. Choose another sound there first.",
    roomFull: "The room is full. Nobody was called. Let somebody leave, or allow more people in Settings.",
    noSuchVoice: "This voice is not installed. Nothing was spoken. Choose another.",
    soundTooLarge:
      "This sound file is too large. Nothing was added. Save it as MP3 or OGG, which are smaller.",
    soundTooLong: "This sound is too long. Nothing was added. Cut it first, or choose a shorter one.",
    soundEmpty: "This file is empty. Nothing was added. Choose another.",
    soundDamaged: "This sound file is damaged. Nothing was added. Save it anew, or choose another.",
    notASound:
      "This is no sound file that can be read. Nothing was added. Choose a WAV, MP3, OGG or FLAC file.",
    noSoundInIt: "There is no sound in this file. Nothing was added. Choose another.",
    tooManyChannels:
      "This sound has more than two channels. Nothing was added. Save it in stereo or mono first.",
    badSampleRate:
      "The sample rate of this sound cannot be read. Nothing was added. Save it with 48 kHz first.",
    uploadTooSlow:
      "The file came too slowly and was given up. Nothing was added. Try again over a better connection.",
    builtInSound:
      "This sound comes with Cordboard and stays as it is. Callers notice nothing. Add one of your own instead.",
    badCut: "So little of it cannot be kept. Nothing was cut. Move the two ends further apart.",
    noSuchSound: "This sound is gone. Nothing was changed. Choose another.",
    nothingToSay: "There is nothing in this text that can be spoken. Write some words.",
    textTooLong: "This text is too long to be spoken at once. Nothing was added. Shorten it.",
    notSpoken:
      "A text could not be spoken. Nothing was added or published; callers still get what is live. Try again, or use another voice or a recording.",
    numberWithheld:
      "The caller withheld their number, so nobody can be called back. Nothing was dialled. Listen to the message: perhaps they say it.",
    noSuchMailbox:
      "This mailbox is gone. Nothing was changed; callers are taken on as before. Choose another.",
    badMailbox:
      "One of these limits of the mailbox is too small or too large. Nothing was changed; callers leave messages as before. Choose another value.",
    badEmail: "This is no e-mail address. Nothing was changed. Write it as in anna@example.com.",
    roomEmpty: "Nobody is in the room any more. Nothing was changed.",
    notInRoom: "They have left the room already. Nothing was changed.",
    neverRecorded:
      "Recording is set to never for the people in this call. The call goes on. Change it in People.",
    alwaysRecorded:
      "Calls of these people are always recorded. The recording goes on; it can be paused, not stopped.",
    ownPhonesOffline:
      "None of the person’s phones is online, so none can ring. Nobody was called. Check the phones, or choose another person.",
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
    s501: "The phone system cannot do this yet. Nothing was changed; calls are not affected.",
    s500: "Something went wrong inside the phone system. Calls go on. Try again, then look at Health.",
    s503: "The phone system is busy. Calls go on. Try again in a moment.",
    s507: "The disk of the phone system is full. Calls go on, but nothing can be saved. Make room on the disk.",
  },
  // By field, for the line under the field.
  field: {
    extension: "This number cannot be used, or somebody else has it.",
    name: "Please enter a name.",
    number: "This number cannot be used, or leads elsewhere already. Choose another.",
    waitForHost:
      "The room is to wait for its host, but has no host PIN, so everybody would wait for ever. Set a host PIN.",
    maxMembers: "A room takes 2 to 50 people.",
    email: "One of these is no e-mail address, or there are more than 10.",
    title: "Please give it a title of up to 80 letters.",
  },
};
