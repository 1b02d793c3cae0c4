//! Which sentence the UI shows about a fault of a line, a number, or how the office calls out.

use office::OutsideFault;

/// The code of a fault.
pub(super) fn code_of(fault: &OutsideFault) -> &'static str {
    match fault {
        OutsideFault::Port => "badPort",
        OutsideFault::Text => "badText",
        OutsideFault::UserMissing => "userMissing",
        OutsideFault::PasswordMissing => "passwordMissing",
        OutsideFault::Channels => "badChannels",
        OutsideFault::RegisterExpiry => "badRegisterExpiry",
        OutsideFault::SessionExpires => "badSessionExpires",
        OutsideFault::Probe => "badProbe",
        OutsideFault::LinePrefix => "badLinePrefix",
        OutsideFault::Codecs => "badCodecs",
        OutsideFault::WideNetwork(_) => "wideNetwork",
        OutsideFault::NobodyCanBeIt => "nobodyCanBeIt",
        OutsideFault::PlaceMissing => "placeMissing",
        OutsideFault::PeerPrefix => "badPeerPrefix",
        OutsideFault::PrefixOfExtension { .. } => "prefixOfExtension",
        OutsideFault::PrefixOfOutside(_) => "prefixOfOutside",
        OutsideFault::PrefixOfPeer { .. } => "prefixOfPeer",
        OutsideFault::LineMissing => "noSuchLine",
        OutsideFault::PersonMissing => "noSuchPerson",
        OutsideFault::PeerMissing => "noSuchPeer",
        OutsideFault::ScheduleMissing => "noSuchSchedule",
        OutsideFault::CallerListMissing => "noSuchList",
        OutsideFault::TargetMissing => "noSuchTarget",
        OutsideFault::ForwardHome(_) => "forwardHome",
        OutsideFault::ClosedCircle => "closedCircle",
        OutsideFault::NamePrefix => "badNamePrefix",
        OutsideFault::Variables => "badVariables",
        OutsideFault::RuleForNothing => "ruleForNothing",
        OutsideFault::RuleForNobody => "ruleForNobody",
        OutsideFault::RuleWithoutLine => "ruleWithoutLine",
        OutsideFault::NumberPrefix(_) => "badNumberPrefix",
        OutsideFault::OutsidePrefix => "badOutsidePrefix",
        OutsideFault::AreaCode => "badAreaCode",
        OutsideFault::Rate => "badRate",
        OutsideFault::NoEmergencyLine => "noEmergencyLine",
        OutsideFault::NotOurDomain(_) => "notOurDomain",
        OutsideFault::Twice(_) => "twice",
    }
}
