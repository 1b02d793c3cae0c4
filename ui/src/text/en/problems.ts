// What the engine refuses, as sentences: what happened, what callers notice, what to do.
export const problems = {
  // By code, then by status.
  code: {
    badFlow:
      "This is no call flow that can be read. Nothing was changed. Choose another file, or export it anew.",
    draftChangedMeanwhile:
      "Somebody else has changed this draft meanwhile, so your change was not saved. Callers notice nothing. Look at theirs, then do yours again.",
    flowHasErrors:
      "Callers would be lost in this flow, so it was not published. They still get what is live. Mend what the list of problems shows.",
    scenarioFailed:
      "A call that must go as it did would not, so nothing was published. Callers still get what is live. Change the flow or the scenario.",
    neverPublished: "Nothing was published of this flow yet, so there is nothing to go back to.",
    noVoice:
      "There is no voice for a language of this flow, so nothing was published. Callers still get what is live. Use recordings, or another language.",
    badQuota:
      "This is more or less than a mailbox can hold. Nothing was changed. Enter 1 to 1,000 messages and 1 to 1,440 minutes.",
    badUntil: "It has to end later than now, and within 400 days. Nothing was changed. Choose another end.",
    badSchedule:
      "These hours do not hold together. Nothing was changed; callers are led as before. Check the times and dates.",
    notACalendar: "This file is no calendar. Nothing was changed. Choose an .ics file.",
    stillUsed: "A call flow or a person still goes by it. Nothing was changed. Choose another there first.",
    badPassword:
      "This password cannot be used. It needs at least 10 characters, must differ from the login, and must not be one that anybody would try first.",
    domainTaken: "Another office answers for this domain. Nothing was changed. Choose another domain.",
    domainMissing:
      "Without a domain of its own its phones could not be told from those of the others. Nothing was changed. Write one, such as acme.example.com.",
    badDomain: "This is no host name. Nothing was changed. Write it as in acme.example.com.",
    badAccent: "This is no colour. Nothing was changed. Write it as in #0a7f3c, or leave it empty.",
    tooManyOffices: "This phone system has as many offices as it may. Nothing was changed.",
    domainsOfFurther:
      "This office is one of several in its phone system. Nothing was changed. Change its domains in the first office.",
    tooManyDomains: "An office has at most 64 domains. Nothing was changed. Leave some out.",
    unknownParent:
      "The office that it is to be a part of is not on the list. Nothing was changed. Choose another.",
    officeRuns: "This office still runs. Nothing was changed; its calls go on. Turn it off first.",
    officeHasParts: "Other offices are parts of this one. Nothing was changed. Move them first.",
    officeInItself: "An office cannot be a part of itself or of one of its parts. Nothing was changed.",
    officeCannotRun:
      "The office is on the list but cannot run, so its phones find nobody. The list says why; turn it on again after that is mended.",
    officeIsOff: "This office does not run. Turn it on first.",
    onlyHere: "The window of another office opens on the computer of the phone system only. Open it there.",
    notFirstOffice:
      "This office is one of several in its phone system. They are added and changed in the first one.",
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
    slotTaken: "Somebody is parked in this slot. The call stays as it was. Choose another slot.",
    slotsFull: "Somebody is parked in every slot. The call stays as it was. Get one of them first.",
    nothingParked: "Nobody is parked in this slot any more. Nothing was done.",
    badParking:
      "These slots cannot be dialled. Choose 1 to 100 slots with numbers of up to 8 digits, and 15 seconds to 60 minutes until a call comes back.",
    parkingOverlaps:
      "One of these numbers is an extension and a parking slot at the same time, so nobody could tell which is meant. Choose another number, or other parking slots in Settings.",
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
    neverListenedTo:
      "Nobody may listen to this call. It goes on undisturbed. An administrator allows listening in Settings, Recording; calls for help are never listened to.",
    alwaysRecorded:
      "Calls of these people are always recorded. The recording goes on; it can be paused, not stopped.",
    ownPhonesOffline:
      "None of the person’s phones is online, so none can ring. Nobody was called. Check the phones, or choose another person.",
    badHost:
      "This name is not one of a server. Nothing was added. Write it as the provider does, such as sip.example.com.",
    missing:
      "This is needed, or no call would be possible. Nothing was added. Type what the provider’s letter says.",
    badNumber:
      "This is no telephone number. Nothing was changed. Write it with its country code, as in +49 30 1234567, or as people dial it here.",
    noNumberOnLine:
      "No number of the office is on this line, so there is none to call. Nobody was called. Add its numbers under Numbers.",
    badText: "This text is too long, or holds signs that cannot be shown. Nothing was changed. Shorten it.",
    userMissing:
      "Without a user name the provider does not know who you are, so no call would be possible. Nothing was changed. Type the one in its letter.",
    passwordMissing:
      "Without a password the provider would refuse this line, and no call would be possible. Nothing was changed. Type the one in its letter.",
    badChannels:
      "A line carries 1 to 2,000 calls at a time, and calls in or out are no more than all. Nothing was changed. Choose another number.",
    badRegisterExpiry:
      "A registration lasts 60 seconds to a day. Nothing was changed. Choose another time, or leave it empty.",
    badSessionExpires:
      "A session interval is 90 seconds or more. Nothing was changed. Choose another, or leave it empty.",
    badProbe:
      "It can be asked every 10 seconds to once an hour. Nothing was changed. Choose another interval, or leave it empty.",
    badLinePrefix:
      "What is put before a number is made of digits, * and #. Nothing was changed. Remove the other signs.",
    badCodecs:
      "One of these sound formats is not known or is named twice. Nothing was changed. Choose others.",
    wideNetwork:
      "This network is so wide that strangers could call in as your provider. Nothing was changed. Name the addresses the provider gives.",
    nobodyCanBeIt:
      "Nothing says who this system is, so nobody could call as it. Nothing was changed. Give it addresses, or a user name and a password.",
    placeMissing:
      "Its own numbers lead to it, but nothing says where it is. Nothing was changed. Type its server.",
    badPeerPrefix:
      "What its numbers begin with is made of digits, * and #. Nothing was changed. Mend what is written there.",
    prefixOfExtension:
      "Somebody in the office has a number that begins so, and would no longer be reached. Nothing was changed. Choose another beginning.",
    prefixOfOutside:
      "Numbers outside begin so, and could no longer be called. Nothing was changed. Choose another beginning.",
    prefixOfPeer:
      "Numbers of another system begin so already. Nothing was changed. Choose another beginning.",
    noSuchPeer: "This system no longer exists. Nothing was changed. Choose another.",
    noSuchLine: "This line no longer exists. Nothing was changed. Choose another.",
    noSuchPerson: "This person no longer exists. Nothing was changed. Choose somebody else.",
    noSuchSchedule: "These hours no longer exist. Nothing was changed. Choose others.",
    noSuchList: "This list no longer exists. Nothing was changed. Choose another.",
    noSuchTarget: "What callers should reach no longer exists. Nothing was changed. Choose something else.",
    noSuchPreset: "This provider’s description is gone. Nothing was added. Choose another.",
    forwardHome:
      "This number is the office’s own: callers would go round in circles. Nothing was changed. Choose whom they reach directly.",
    closedCircle:
      "What callers reach when this is closed leads back here: they would reach nobody. Nothing was changed. Choose a mailbox, or somebody who takes calls then.",
    badNamePrefix:
      "What stands before the caller’s name is too long, or cannot be shown. Nothing was changed. Shorten it.",
    badVariables:
      "There are too many values for the call flow, or one is too long. Nothing was changed. Shorten them.",
    ruleForNothing:
      "The rule says nothing of where calls go. Nothing was changed. Choose at least one kind of number or country.",
    ruleForNobody: "The rule is for nobody. Nothing was changed. Choose somebody, or everybody.",
    ruleWithoutLine:
      "The rule names no line, so its calls would go nowhere. Nothing was changed. Choose at least one.",
    badNumberPrefix:
      "How numbers begin is written with + and digits, as in +4989. Nothing was changed. Mend it.",
    badOutsidePrefix:
      "Before calls out one to three digits are dialled. Nothing was changed. Mend it, or leave it empty.",
    badAreaCode:
      "An area code is made of digits, without the 0 before it, such as 30 for Berlin. Nothing was changed. Mend it, or leave it empty.",
    badRate: "A rate is at least one call in at least one second. Nothing was changed. Choose other values.",
    noEmergencyLine:
      "This line is not meant for emergency calls. Nothing was changed. Turn that on in its details first, or choose another.",
    notOurDomain: "This is none of the office’s domains. Nothing was changed. Choose one of them.",
    callerListedTwice:
      "A caller is on the list twice, perhaps written in two ways. Nothing was changed. Remove one of the lines.",
    twice: "The same stands there twice. Nothing was changed. Remove one.",
    groupIsEmpty:
      "Nobody is in this ring group, so callers would reach nobody. Nothing was changed. Add somebody.",
    groupIsFull:
      "A ring group rings up to 50 people. Nothing was changed; calls go as before. Leave some of them out.",
    listedTwice:
      "The same is on the list twice. Nothing was changed; calls go as before. Remove one of the two.",
    groupDelay:
      "Somebody would ring only after the group has stopped ringing (or later than 120 seconds). Nothing was changed; calls go as before. Shorten the delay or let the group ring longer.",
    groupRingFor:
      "A ring group rings for 5 to 300 seconds. Nothing was changed; calls go as before. Choose a time between them.",
    groupCircle:
      "Callers whom nobody answers would come back to this ring group and hear it ring again and again. Nothing was changed; calls go as before. Choose a mailbox or somebody else.",
    groupIsDrawn:
      "Meanwhile somebody has drawn more than this form can show. Nothing was changed; calls go as before. Close the form and change it in its drawing.",
    queueIsEmpty:
      "Nobody answers in this queue, so callers would wait in vain. Nothing was changed. Add somebody.",
    queueIsFull:
      "Up to 50 people can answer in a queue. Nothing was changed; calls go as before. Leave some of them out.",
    queueBounds:
      "This is less or more than a queue can have. Nothing was changed; calls go as before. Choose a number nearer to the usual one.",
    queueExitKey:
      "Callers can leave a queue with one key of a phone: 0 to 9, * or #. Nothing was changed; calls go as before. Choose one of these.",
    queueCircle:
      "Callers who leave this queue would come back to it and wait again and again. Nothing was changed; calls go as before. Choose a mailbox or somebody else.",
    queueIsDrawn:
      "Meanwhile somebody has drawn more than this form can show. Nothing was changed; calls go as before. Close the form and change the queue in its drawing.",
    // Calls that the office does not begin, and what cannot be done to one that goes on.
    notInThisCall:
      "This cannot be done to the call just now: it rings, is parked, is with a mailbox, or too many take part already. It goes on undisturbed. Try again in a moment.",
    alreadyThere: "They take part in this call already, or it rings at their phones. Nothing was changed.",
    badMedia:
      "The phones of this call use a sound format that the office does not speak. Nobody was called; the call goes on. Allow G.711 or G.722 at the phones.",
    notEncrypted:
      "The sound would have to be encrypted, and a phone does not do so. Nobody was called; calls in progress go on. Turn on encrypted sound (SRTP) at the phone.",
    noMediaPorts:
      "No ports are left for the sound of another call. Nobody was called; calls in progress go on. Try again in a moment.",
    shuttingDown: "The phone system is being stopped. Nobody was called. Try again as soon as it runs again.",
    unknownNumber: "The office has no such number. Nobody was called. Check the digits, or choose another.",
    numberHangsUp: "This number is set to turn callers away. Nobody was called. Choose another.",
    notANumber: "This is no number that can be called. Nobody was called. Check the digits.",
    nobodyOnline:
      "No phone is connected there. Nobody was called. Check the phones, or choose another number.",
    doNotDisturb: "They do not want to be disturbed. Nobody was called. Try again later, or choose another.",
    personBusy: "They have as many calls as they may have. Nobody was called. Try again later.",
    callerAtLimit:
      "This person has as many calls as they may have. Nobody was called. Let one of them end first, or allow more in Settings.",
    officeAtLimit:
      "The office has as many calls as it may have. Nobody was called. Try again in a moment, or allow more in Settings.",
    notFromOutside:
      "Nobody outside may ask for this. Nobody was called. Ask for it at a phone of the office.",
    notFromVoicemail:
      "From a mailbox nobody is called back there. Nobody was called. Dial the number yourself if the message is right.",
    peerUnreachable:
      "The other system cannot be reached. Nobody was called. See under Other systems how it is, and try again later.",
    lineOff: "The line is switched off, so no call goes over it. Turn it on under Lines and try again.",
    noLine: "No line may carry this call. Nobody was called. See under Lines and under Calling out.",
    linesFull:
      "All lines that may carry this call are full. Nobody was called. Wait until a call ends, or ask the provider for more calls at a time.",
    linesDown:
      "No line that may carry this call can be reached. Nobody was called. See under Lines what is wrong.",
    anotherWayAbroad:
      "That is how another country dials abroad. Nobody was called. For abroad dial 00 or + (011 in North America).",
    insideOnly:
      "This person may call inside the office only. Nobody was called. Change it under “Who may call where”.",
    notAllowedAbroad:
      "This person may not call abroad. Nobody was called. Change it under “Who may call where”.",
    countryNotAllowed:
      "This country is not among those that may be called. Nobody was called. Add it under Protection if it is wanted.",
    premiumBlocked:
      "Numbers that cost extra are blocked. Nobody was called. Allow them under Protection if they are wanted.",
    newDevice: "The phone is new and may not call abroad yet. Nobody was called. Allow it under Protection.",
    afterHours:
      "Abroad may be called at other times only. Nobody was called. Try again then, or change the times under Protection.",
    noHairpin:
      "A call from outside may not go out again. Nobody was called. Choose a number of the office, or change it under Protection.",
    forwardAbroad:
      "Calls may not be forwarded abroad. Nobody was called. Choose another number, or change it under Protection.",
    fuseBlown:
      "A limit of the day is used up. Nobody was called. Reset it under Protection if the calls were right.",
    moneySpent:
      "The money of the day is spent. Nobody was called. Reset it under Protection if the calls were right.",
    tooManyTriesAbroad:
      "There were too many tries abroad in a short time. Nobody was called. Reset it under Protection if the calls were right.",
    tooManyNewCountries:
      "This person has called too many new countries today. Nobody was called. Reset it under Protection if the calls were right.",
    atLimitAbroad:
      "As many calls go abroad as may. Nobody was called. Wait until one of them ends, or change it under Protection.",
    atLimitOutside:
      "This person has as many calls outside as they may. Nobody was called. Wait until one of them ends, or change it under Protection.",
    outsideAtLimit:
      "As many calls go in or out as may. Nobody was called. Wait until one of them ends, or change it under Protection.",
    rateLimited:
      "Too many calls began in a short time. Nobody was called. Wait a moment and try again, or change the rates under Protection.",
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
  // By the last part of a field within a field.
  nested: {
    exit: "This number cannot be dialled. Nothing was changed; calls go as before. Choose another goal.",
    otherwise: "This number cannot be dialled. Nothing was changed; calls go as before. Choose another goal.",
    whenClosed:
      "This number cannot be dialled. Nothing was changed; calls go as before. Choose another goal.",
    host: "This is no name or address of a server. Nothing was changed. Write it as the provider does, such as sip.example.com or 192.0.2.1:5060.",
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
