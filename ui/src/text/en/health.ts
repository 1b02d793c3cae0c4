// The words of the screen health: each finding says what happened, what callers notice, and what to do.
export const health = {
  title: "Health",
  checkAgain: "Check again",
  checkedAt: "Checked {{time}}",
  well: "Everything works.",
  wellNote: "All checks passed. Calls are not affected by anything.",
  toDo_one: "{{count}} thing to look at",
  toDo_other: "{{count}} things to look at",
  inOrder: "In order",
  notKnown: "Not known",
  unknownNote: "This computer does not say.",
  refused: "The checks could not be made.",
  command: "Run this on the computer of the phone system:",
  copyCommand: "Copy the command",
  state: { ok: "In order", warning: "Worth a look", problem: "Problem", unknown: "Not known" },
  phones: {
    title: "Phones that cannot be reached",
    lead: "Calls to these phones do not ring there. They come back by themselves when they register again.",
    lastSeen: "{{label}}, last seen {{time}}",
    more_one: "and {{count}} more",
    more_other: "and {{count}} more",
    show: "Show in People",
    all: "Show all phones",
    reasons: {
      signedOff: "The phone signed off.",
      expired: "The phone did not renew its registration.",
      connectionClosed: "The phone’s connection closed.",
      replaced: "Another phone with the same login took its place.",
      removed: "The phone was removed.",
    },
  },
  engine: {
    title: "Phone system",
    version: "Version",
    uptime: "Running for",
    since: "{{time}}, since {{date}}",
    sip: "Phones connect to",
    noSip: "Nowhere: no port is open for phones",
    lan: "Window on the network",
    lanOff: "Only on this computer",
  },
  act: {
    prices: "Open the lines",
    spendCap: "Open the lines",
    auditLog: "Show the audit log",
    backup: "Go to backups",
    lan: "Go to network access",
    phones: "Show phones",
    certificate: "Show certificates",
  },
  checks: {
    sipPorts: {
      name: "Ports for phones",
      ok: "Phones find the phone system where they look for it.",
      findings: {
        portTaken: {
          what: "Another program ({{program}}) uses port {{port}}.",
          callers: "Phones cannot connect, so nobody can call in or out.",
          toDo: "Stop that program, or make it use another port. The phone system takes the port as soon as it is free.",
        },
        portMoved: {
          what: "Port {{wanted}} was taken, so phones are to use port {{port}}.",
          callers: "Phones that still use port {{wanted}} cannot connect.",
          toDo: "Give these phones the new port, or stop the program that uses port {{wanted}}.",
        },
        notListening: {
          what: "No port is open for phones.",
          callers: "Phones cannot connect, so nobody can call in or out.",
          toDo: "Restart the phone system. If this stays, another program uses its port.",
        },
        other: {
          what: "The ports for phones are not as they should be.",
          callers: "Some phones may not be able to connect.",
          toDo: "Restart the phone system, then check again.",
        },
      },
    },
    network: {
      name: "Network",
      ok: "This computer has a network that phones can reach.",
      findings: {
        noNetwork: {
          what: "This computer has no network.",
          callers: "No phone can connect, so nobody can call.",
          toDo: "Plug in the network cable or connect to the office’s Wi-Fi.",
        },
        addressChanged: {
          what: "This computer has a new address ({{address}}).",
          callers: "Phones that know the old address find the phone system no more.",
          toDo: "Give this computer a fixed address in the router, then give the new one to the phones.",
        },
        other: {
          what: "The network of this computer is not as it should be.",
          callers: "Phones may lose their connection.",
          toDo: "Look at the network settings of this computer.",
        },
      },
    },
    firewall: {
      name: "Firewall",
      ok: "No firewall keeps phones out.",
      findings: {
        mayBlock: {
          what: "A firewall ({{program}}) may keep phones out.",
          callers: "Phones may not connect, or calls may have no sound.",
          toDo: "Allow these ports in the firewall: {{ports}}.",
        },
        blocks: {
          what: "A firewall ({{program}}) keeps phones out.",
          callers: "Phones cannot connect, or calls have no sound.",
          toDo: "Allow these ports in the firewall: {{ports}}.",
        },
        other: {
          what: "A firewall may keep phones out.",
          callers: "Phones may not connect, or calls may have no sound.",
          toDo: "Allow the phone system in the firewall of this computer.",
        },
      },
    },
    clock: {
      name: "Clock",
      ok: "The clock of this computer is right.",
      findings: {
        wrong: {
          what: "The clock of this computer is wrong by {{seconds}} seconds.",
          callers: "Calls work, but the history shows wrong times and secure connections may fail.",
          toDo: "Turn on automatic time in the settings of this computer.",
        },
        year: {
          what: "The clock of this computer is wrong: it says the year is {{year}}.",
          callers: "Calls work, but the history shows wrong times and secure connections fail.",
          toDo: "Turn on automatic time in the settings of this computer.",
        },
        notSynchronised: {
          what: "The clock of this computer is not set automatically.",
          callers: "Calls work, but times in the history may drift.",
          toDo: "Turn on automatic time in the settings of this computer.",
        },
        other: {
          what: "The clock of this computer may be wrong.",
          callers: "Calls work, but the history may show wrong times.",
          toDo: "Turn on automatic time in the settings of this computer.",
        },
      },
    },
    disk: {
      name: "Disk",
      ok: "There is room on the disk.",
      findings: {
        low: {
          what: "The disk has only {{freeBytes}} left.",
          callers: "Calls work. When the disk is full, neither changes nor the history can be kept.",
          toDo: "Make room on the disk.",
        },
        full: {
          what: "The disk is full ({{freeBytes}} left).",
          callers: "Calls go on, but neither changes nor the history can be kept.",
          toDo: "Make room on the disk now.",
        },
        hangs: {
          what: "The disk does not answer.",
          callers:
            "Calls go on. As long as it hangs, no recording, no message, no change and no call of the history is kept.",
          toDo: "Look whether the disk is still connected. If it does not come back, restart this computer.",
        },
        unwritable: {
          what: "{{folder}} cannot be written to.",
          callers: "Calls go on, but recordings, messages or changes are not kept.",
          toDo: "Look whether that folder is write-protected, or belongs to another user.",
        },
        noRecordings: {
          what: "The disk has only {{freeBytes}} left: calls are no longer recorded.",
          callers:
            "Calls go on, and callers can still leave messages. Recording begins again with {{neededBytes}} free.",
          toDo: "Make room on the disk.",
        },
        refused: {
          what: "A moment ago the disk did not take something.",
          callers: "Calls go on. A recording, a message or a part of one may be missing.",
          toDo: "If this comes back, look at the disk of this computer.",
        },
        other: {
          what: "The disk is not as it should be.",
          callers: "Calls go on, but changes may not be kept.",
          toDo: "Look at the disk of this computer.",
        },
      },
    },
    sleep: {
      name: "Sleep",
      ok: "This computer stays awake.",
      findings: {
        maySleep: {
          what: "This computer goes to sleep after {{minutes}} minutes.",
          callers: "While it sleeps, nobody can call, and running calls break off.",
          toDo: "Turn off sleep in the power settings of this computer.",
        },
        other: {
          what: "This computer may go to sleep.",
          callers: "While it sleeps, nobody can call, and running calls break off.",
          toDo: "Turn off sleep in the power settings of this computer.",
        },
      },
    },
    certificate: {
      name: "Certificate",
      ok: "The certificate for secure connections is good.",
      findings: {
        expiresSoon: {
          what: "The certificate is good for only {{days}} more days.",
          callers: "Callers notice nothing yet. Afterwards, secure phones and windows refuse to connect.",
          toDo: "Restart the phone system: it makes a new certificate.",
        },
        expired: {
          what: "The certificate has expired.",
          callers: "Secure phones and windows on other computers refuse to connect.",
          toDo: "Restart the phone system: it makes a new certificate.",
        },
        other: {
          what: "The certificate is not as it should be.",
          callers: "Secure phones and windows on other computers may refuse to connect.",
          toDo: "Restart the phone system: it makes a new certificate.",
        },
      },
    },
    backup: {
      name: "Backup",
      ok: "There is a recent backup.",
      findings: {
        never: {
          what: "No backup was made yet.",
          callers: "Callers notice nothing. If the disk breaks, people, phones and settings are lost.",
          toDo: "Make a backup file and keep it somewhere else.",
        },
        old: {
          what: "The newest backup is {{days}} days old.",
          callers: "Callers notice nothing. If the disk breaks, newer changes are lost.",
          toDo: "Make a backup file and keep it somewhere else.",
        },
        failed: {
          what: "The latest backup did not succeed.",
          callers: "Callers notice nothing. If the disk breaks, newer changes are lost.",
          toDo: "Look whether there is room on the disk, then make a backup file.",
        },
        other: {
          what: "The backups are not as they should be.",
          callers: "Callers notice nothing. If the disk breaks, newer changes are lost.",
          toDo: "Make a backup file and keep it somewhere else.",
        },
      },
    },
    phones: {
      name: "Phones",
      ok: "All phones can be reached.",
      findings: {
        offline: {
          what: "{{offline}} of {{total}} phones cannot be reached.",
          callers: "Calls to these phones do not ring there.",
          toDo: "Look whether these phones have power and network.",
        },
        none: {
          what: "The office has no phones yet.",
          callers: "Nobody can call or be called.",
          toDo: "Add a phone to a person.",
        },
        other: {
          what: "Some phones cannot be reached.",
          callers: "Calls to these phones do not ring there.",
          toDo: "Look whether these phones have power and network.",
        },
      },
    },
    mediaPorts: {
      name: "Ports for sound",
      ok: "There are enough ports for the sound of calls.",
      findings: {
        few: {
          what: "Only {{free}} ports for sound are free.",
          callers: "New calls may be turned away when many people talk.",
          toDo: "Stop other programs that use these ports.",
        },
        taken: {
          what: "Other programs use the ports for sound.",
          callers: "New calls are turned away, or have no sound.",
          toDo: "Stop other programs that use these ports, then restart the phone system.",
        },
        other: {
          what: "The ports for sound are not as they should be.",
          callers: "Calls may have no sound.",
          toDo: "Restart the phone system, then check again.",
        },
      },
    },
    sound: {
      name: "Quick enough for sound",
      ok: "This computer is quick enough for the sound of calls.",
      findings: {
        late: {
          what: "This computer was too busy for the sound of calls, {{times}} times within a quarter of an hour.",
          callers: "Callers hear gaps in greetings, music, rooms and some calls.",
          toDo: "See which program keeps this computer busy, or give the phone system a computer of its own.",
        },
        other: {
          what: "This computer may be too slow for the sound of calls.",
          callers: "Callers may hear gaps.",
          toDo: "Close what keeps this computer busy, then check again.",
        },
      },
    },
    emergency: {
      name: "Emergency numbers",
      ok: "No number inside is an emergency number.",
      findings: {
        shadowed: {
          what: "The extension {{numbers}} is an emergency number in this country.",
          callers: "Whoever dials it calls for help; nobody reaches the extension.",
          toDo: "Give the extension another number.",
        },
        other: {
          what: "A number inside may be an emergency number.",
          callers: "Whoever dials it may call for help by mistake.",
          toDo: "Look at the extensions and choose other numbers.",
        },
      },
    },
    prices: {
      name: "Prices of calls",
      ok: "Every limit on money has prices to go by, or none is set.",
      findings: {
        unpriced: {
          what: "A limit on money is set, but these lines have no prices: {{lines}}.",
          callers: "Calls over them count as nothing, so the limit never stops them.",
          toDo: "Enter in the line what a minute costs, or limit minutes instead.",
        },
        other: {
          what: "What calls cost may not be known where it is limited.",
          callers: "A limit on money may never stop them.",
          toDo: "Look at the prices of the lines.",
        },
      },
    },
    spendCap: {
      name: "Limits at providers",
      ok: "For every line somebody has said whether its provider limits what calls abroad may cost.",
      findings: {
        notAnswered: {
          what: "Nobody has said yet whether the providers of these lines limit what calls abroad may cost: {{lines}}.",
          callers:
            "If somebody takes over this computer or steals the access data of a line, only the provider can still stop them.",
          toDo: "Look in the provider’s customer portal, turn a limit on, and answer the question at the line.",
        },
        other: {
          what: "A provider may not limit what calls abroad may cost.",
          callers: "Only the provider can stop somebody who has taken over this computer.",
          toDo: "Look at the lines.",
        },
      },
    },
    auditLog: {
      name: "Audit log",
      ok: "The audit log is as it was written.",
      findings: {
        changed: {
          what: "The audit log was changed: its line of {{atMs}} is not as it was written, or one before it is missing.",
          callers:
            "Calls go on as ever. Who changed what, and who called abroad, can no longer be proved from it.",
          toDo: "Save the log as a table and keep it, find out who had access to this computer, and compare it with older backups.",
        },
        cut: {
          what: "Lines at the end of the audit log are missing or were put in.",
          callers:
            "Calls go on as ever. Who changed what, and who called abroad, can no longer be proved from it.",
          toDo: "Save the log as a table and keep it, find out who had access to this computer, and compare it with older backups.",
        },
        other: {
          what: "The audit log may not be as it was written.",
          callers: "Calls go on as ever.",
          toDo: "Look at the audit log.",
        },
      },
    },
    lan: {
      name: "Network access",
      ok: "Other computers can open this window.",
      findings: {
        off: {
          what: "Network access is off: only this computer can open the window.",
          callers: "Callers notice nothing.",
          toDo: "Turn it on in the settings if others are to see the board.",
        },
        portTaken: {
          what: "Another program ({{program}}) uses port {{port}}, which other computers were to use.",
          callers: "Callers notice nothing. Windows on other computers cannot be opened.",
          toDo: "Choose another port for network access.",
        },
        portTakenBySomebody: {
          what: "Another program uses port {{port}}, which other computers were to use.",
          callers: "Callers notice nothing. Windows on other computers cannot be opened.",
          toDo: "Choose another port for network access.",
        },
        portForbidden: {
          what: "This computer keeps port {{port}} for itself.",
          callers: "Callers notice nothing. Windows on other computers cannot be opened.",
          toDo: "Choose a port of 1024 or more for network access, such as 7443.",
        },
        cannotListen: {
          what: "This computer does not let others connect to port {{port}}.",
          callers: "Callers notice nothing. Windows on other computers cannot be opened.",
          toDo: "Turn network access off and on again. If this stays, choose another port.",
        },
        noCertificate: {
          what: "There is no certificate for other computers.",
          callers: "Callers notice nothing. Windows on other computers cannot be opened.",
          toDo: "Restart the phone system: it makes a new certificate.",
        },
        other: {
          what: "Other computers cannot open this window.",
          callers: "Callers notice nothing. Calls and phones are not affected.",
          toDo: "Look at network access in the settings.",
        },
      },
    },
  },
  commands: {
    check: "Check the phone system",
    synonyms: "health status diagnose problem firewall ports sip test",
  },
};
