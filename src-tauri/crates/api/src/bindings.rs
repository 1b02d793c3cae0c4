//! The types of the API as TypeScript, for the window.

use crate::{
    commands::{
        backups::{BackupExport, BackupRestore},
        caller_lists::CallerListEdit,
        calls::{
            CallCommandTaken, CallListen, CallPark, CallRecord, CallStart, CallTakeOver,
            CallTransfer, MediaWish, RecordAction, RoundTripStart, Side,
        },
        devices::{DeviceAdd, DeviceEdit},
        drill::DrillRow,
        extensions::ExtensionHours,
        flows::{
            FlowAdd, FlowAdded, FlowDraftSave, FlowDraftSaved, FlowEdit, FlowImport, FlowImported,
            FlowPublish, FlowRollback,
        },
        joined_offices::OfficesJoin,
        lan::LanEdit,
        line_presets::LineFromPreset,
        lines::{LineSpendCapAnswer, LineSwitch},
        mail::{MailSettingsEdit, MailTest},
        mailboxes::{MailboxEdit, PinView},
        messages::{MessageCallBack, MessageEdit, MessageForward},
        modes::{ModeEdit, ModeSet},
        music::MusicEdit,
        numbers::NumberBatch,
        office::OfficeEdit,
        offices::{FurtherOfficeAdd, FurtherOfficeEdit, OfficeLink},
        parking::ParkingEdit,
        peers::DomainAccessEdit,
        people::{PeopleBatch, PersonEdit},
        pin_sets::{NamedPinEdit, PinSetEdit},
        queues::QueueEdit,
        recordings::RecordingSettingsEdit,
        ring_groups::RingGroupEdit,
        rooms::{RoomEdit, RoomInvite, RoomLock, RoomMute, RoomRecording, RoomRemove},
        scenarios::{
            ScenarioEdit, ScenarioExpects, ScenarioReaches, ScenarioRun, ScenarioView, ScenariosRun,
        },
        schedules::{OverrideEdit, OverrideWord, ScheduleEdit},
        session::{SessionView, SignIn, TicketView},
        sounds::{SoundByPhone, SoundEdit, SoundSpeak},
        users::UserEdit,
        web_access::{WebAccessEdit, WebAccessView, WebKeyEdit},
    },
    desk::SipListener,
    errors::{Problem, RowProblem},
    values::{
        CallId, CallerListId, DeviceId, FlowId, FurtherOfficeId, LineId, MailboxId, MessageId,
        Millis, ModeId, PeerId, PersonId, PinSetId, RecordingId, RoomId, RuleId, ScheduleId,
        SoundId, UserId,
    },
    views::{
        attention::{Attention, AttentionView, RefusedBecause, Severity},
        audit::{AuditCheck, AuditEntry, AuditPage, AuditSeries, AuditSeriesCheck, BrokenLine},
        backups::{
            BackupChange, BackupChangeWord, BackupContents, BackupDiff, BackupSubject, BackupView,
            BackupsView, FieldChange, SoundsOnDisk,
        },
        call_sound::CallSound,
        caller_lists::{CallerListView, ListedCaller},
        calling::{
            CallingPolicy, CallingPolicyView, CallingReach, CallingRightsEdit, CallingRightsView,
            Destination, EmergencyPlan, EmergencyPlanView, OutboundRule, OutboundRulesEdit,
            OutboundRulesView, OutsideAdmission, OutsideAdmissionView, PersonLocation, RateLimit,
            RateScope, Shown, Whose,
        },
        calls::{
            CallPage, CallParty, CallRow, CallRowOutcome, CallStep, CallStory, CallWalk, CallWay,
            GoingOn, HungUpBy, Outcome,
        },
        certificates::{AuthorityView, CertificatesView, ServerCertificateView},
        devices::{DeviceView, DeviceWithLogin, LoginView, MediaPolicy, OnlineView},
        emergencies::EmergencyView,
        extensions::ExtensionView,
        flows::{
            DraftHistory, DraftStepView, FlowCheck, FlowCompare, FlowDraftView, FlowFormat,
            FlowRehearse, FlowVersionView, FlowView,
        },
        fuses::{FuseOf, FuseView, FuseWord},
        health::{Check, CheckId, CheckState, Fact, Health},
        hours::{LeadsTo, PersonHours},
        lan::LanView,
        line_settings::{
            CalledNumberIn, CallerIdHeader, ForwardedBy, HideBy, LineAccess, LineChannels,
            LineDtmf, LineIdentity, LineIncoming, LineOutgoing, LinePrices, LineSpendCap, LineSrtp,
            LineTransport, NumberFormat, SipPlace,
        },
        line_tests::{CallOnLine, LineCheck, LineCheckState, LineCheckWord, LineTest},
        lines::{LineEdit, LineLive, LineLogEntry, LineState, LineView},
        live::{
            CallState, Change, EngineState, FeedMessage, FlowAt, FlowWay, LanState, ListenerView,
            ListeningView, LiveCallView, MediaPath, OfficeView, ParkedView, Party, RecordingState,
            RingingView, State, WaitsView,
        },
        mail::{MailItem, MailItemState, MailSecurity, MailSettings},
        mailboxes::{MailboxAway, MailboxEmail, MailboxGreetings, MailboxView},
        messages::{MessageMail, MessagePage, MessageState, MessageView},
        modes::{ModeSetting, ModeState, ModeView},
        music::{MusicView, PersonMusic},
        new_phones::NewPhone,
        number_tests::{NumberRings, NumberStep, NumberTest, NumberTestAsk},
        numbers::{
            Anonymous, NumberEdit, NumberHours, NumberView, Route, RouteTarget, UnknownNumber,
            Xform,
        },
        office::SetupView,
        offices::{FurtherOfficeState, FurtherOfficeView, OfficesJoined},
        outbound::{WhereAsk, WhereLeads, WhereStep, WhereView},
        parking::{ParkingSettings, ParkingView},
        peers::{DomainAccess, DomainAccessView, PeerEdit, PeerView},
        people::{Doing, PersonView, Reach, Reachable},
        pin_sets::{NamedPin, PinSetView},
        providers::{PresetAsk, PresetView, SpendCapHint},
        queues::{Queue, QueueAgent, QueueExit, QueueStrategy},
        recordings::{RecordingPage, RecordingRule, RecordingSettings, RecordingView},
        ring_groups::{RingGroup, RingGroupHours, RingGroupMember, RingStrategy},
        rooms::{RoomLive, RoomMember, RoomView},
        scenario_of_call::ScenarioOfCall,
        schedules::{
            Because, BecauseWord, CalendarDay, ClockChange, HolidayCountry, HolidayRegion,
            HolidayView, HoursRead, HoursTyped, NextChange, OpenWord, Openness, PreviewAsk,
            PreviewSpan, SchedulePreview, ScheduleView, Surprise, UsedBy,
        },
        sounds::{PromptView, SoundKind, SoundMadeBy, SoundUse, SoundUser, SoundView, VoiceView},
        speech::SpeechAsk,
        trace::{TraceLeg, TraceMessage, TraceView},
        users::{Role, UserView},
        wants::{Wants, WantsState},
        ways_out::{WasSet, WayOutKind, WayOutView},
    },
};
use std::{fs, path::Path};
use ts_rs::{Config, TS};

/// Written here only when it is stale: else each test run would make the window be built anew.
#[test]
fn the_windows_types_are_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/bindings/api.ts");
    let now = bindings();
    if fs::read_to_string(&file).is_ok_and(|old| old == now) {
        return;
    }
    fs::write(&file, now).unwrap();
    panic!(
        "{} was stale; it is written anew, commit it",
        file.display()
    );
}

/// Programs other than the window find in the document what the window has as TypeScript.
#[test]
fn every_type_of_the_window_is_in_the_openapi_document() {
    let document = serde_json::to_value(crate::openapi::document()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let bindings = bindings();
    let types = bindings
        .lines()
        .filter_map(|line| line.strip_prefix("export type "))
        .filter_map(|line| line.split_whitespace().next());
    // Another name for a type that is described.
    let missing: Vec<_> = types
        .filter(|name| *name != "WantsEdit" && !schemas.contains_key(*name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn bindings() -> String {
    let numbers = Config::default().with_large_int("number");
    let mut text = "// Written from the Rust types of the API; do not edit.\n".to_owned();
    macro_rules! chapter {
        ($title:literal: $($name:ty),+ $(,)?) => {
            text.push_str(&format!("\n// {:-<66} {}\n", "", $title));
            $(text.push_str(&declared::<$name>(&numbers));)+
        };
    }
    chapter!("values": Millis, PersonId, DeviceId, CallId, MailboxId, MessageId, UserId, SoundId, RoomId, RecordingId,
        ScheduleId, FlowId, ModeId, PinSetId, CallerListId, LineId, PeerId, RuleId,
        FurtherOfficeId);
    chapter!("who asks": Role, SessionView, SignIn, TicketView);
    chapter!("the feed": FeedMessage, State, Change, EngineState, SipListener, LanState,
        OfficeView, ParkingView, PersonView, Wants, WantsState, Doing, Reachable, Reach, DeviceView,
        OnlineView, MediaPolicy, Party, LiveCallView, ListenerView, ListeningView, ParkedView, WaitsView, FlowAt, FlowWay, CallState, RingingView, MediaPath,
        AttentionView, Severity, Attention, RefusedBecause);
    chapter!("people and devices": PersonHours, LeadsTo, PersonEdit, PeopleBatch, DeviceAdd, DeviceEdit,
        DeviceWithLogin, LoginView);
    text.push_str("\n/** `PUT /api/people/{id}/wants` */\nexport type WantsEdit = Wants;\n");
    chapter!("calls": CallStart, CallTransfer, CallPark, Side, CallTakeOver, CallListen, MediaWish, CallCommandTaken, RoundTripStart,
        CallPage, CallRow, CallRowOutcome, Outcome, GoingOn, CallWay, HungUpBy, CallParty, CallStory, CallWalk,
        CallStep, CallSound, TraceView, TraceLeg, TraceMessage);
    chapter!("rooms": RoomView, RoomLive, RoomMember, RoomEdit, RoomLock, RoomMute, RoomRemove,
        RoomInvite, RoomRecording);
    chapter!("recordings": RecordingState, RecordingRule, RecordingSettings,
        RecordingSettingsEdit, RecordingPage, RecordingView, CallRecord, RecordAction);
    chapter!("music": MusicView, MusicEdit, PersonMusic);
    chapter!("sounds": SoundView, SoundKind, SoundMadeBy, SoundUser, SoundUse, SoundSpeak,
        SoundByPhone, SoundEdit, VoiceView, PromptView, SpeechAsk);
    chapter!("voicemail": MailboxView, MailboxGreetings, MailboxAway, MailboxEmail, MailboxEdit,
        PinView, MessagePage, MessageView, MessageState, MessageMail, MessageEdit, MessageForward,
        MessageCallBack);
    chapter!("mail": MailSettings, MailSecurity, MailSettingsEdit, MailTest, MailItem,
        MailItemState);
    chapter!("opening hours": ScheduleView, UsedBy, Openness, OpenWord, NextChange, Because,
        BecauseWord, ScheduleEdit, OverrideEdit, OverrideWord, PreviewAsk, SchedulePreview,
        PreviewSpan, ClockChange, Surprise, HoursTyped, HoursRead, HolidayCountry, HolidayRegion,
        HolidayView, CalendarDay, ModeView, ModeState, ModeSetting, ModeEdit, ModeSet);
    chapter!("call flows": FlowView, FlowVersionView, FlowAdd, FlowAdded, FlowEdit, FlowDraftView, DraftHistory,
        DraftStepView, FlowDraftSave, FlowDraftSaved, FlowCheck, FlowRehearse, FlowCompare, FlowPublish,
        FlowRollback, RingGroup, RingGroupMember, RingStrategy, RingGroupHours, RingGroupEdit, Queue, QueueAgent, QueueStrategy, QueueExit, QueueEdit, FlowImport, FlowImported, FlowFormat, ScenarioView, ScenarioExpects, ScenarioReaches, ScenarioOfCall,
        ScenarioRun, ScenarioEdit, ScenariosRun, PinSetView, NamedPin, PinSetEdit, NamedPinEdit,
        CallerListView, ListedCaller, CallerListEdit, WebAccessView, WebAccessEdit, WebKeyEdit);
    chapter!("lines": LineView, LineEdit, LineLive, LineState, SipPlace, LineTransport, LineAccess,
        LineIdentity, LineOutgoing, NumberFormat, CallerIdHeader, HideBy, ForwardedBy, LineIncoming,
        CalledNumberIn, LineSrtp, LineDtmf, LineChannels, LinePrices, LineSwitch, LineSpendCap, LineSpendCapAnswer, LineLogEntry,
        LineTest, CallOnLine, LineCheck, LineCheckWord, LineCheckState, PresetView, PresetAsk, SpendCapHint, LineFromPreset,
        PeerView, PeerEdit, DomainAccess, DomainAccessView, DomainAccessEdit);
    chapter!("numbers": NumberView, NumberEdit, Route, RouteTarget, Xform, NumberHours, Anonymous,
        NumberBatch, UnknownNumber, NumberTestAsk, NumberTest, NumberStep, NumberRings,
        ExtensionView, ExtensionHours);
    chapter!("calling out": OutboundRulesView, OutboundRulesEdit, OutboundRule, Whose, Destination,
        Shown, CallingRightsView, CallingRightsEdit, CallingReach, CallingPolicyView,
        CallingPolicy, OutsideAdmissionView, OutsideAdmission, RateLimit, RateScope,
        EmergencyPlanView, EmergencyPlan, PersonLocation, WhereAsk, WhereView, WhereLeads,
        WhereStep, WayOutView, WayOutKind, WasSet, FuseView, FuseOf, FuseWord, EmergencyView, NewPhone,
        DrillRow);
    chapter!("health": Health, CheckId, Check, CheckState, Fact);
    chapter!("settings": OfficeEdit, ParkingSettings, ParkingEdit, SetupView, UserView, UserEdit, LanView, LanEdit,
        CertificatesView, AuthorityView, ServerCertificateView, AuditPage, AuditEntry, AuditSeries,
        AuditCheck, AuditSeriesCheck, BrokenLine,
        BackupsView, BackupView, BackupContents, SoundsOnDisk, BackupExport, BackupDiff, BackupChange, BackupSubject,
        BackupChangeWord, FieldChange, BackupRestore, FurtherOfficeView, OfficesJoined, FurtherOfficeState,
        FurtherOfficeAdd, FurtherOfficeEdit, OfficeLink, OfficesJoin);
    chapter!("errors": Problem, RowProblem);
    text
}

fn declared<T: TS>(numbers: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    let text = format!("\n{docs}export {}\n", T::decl(numbers));
    // One line for what is one sentence.
    text.replace("/**\n * ", "/** ")
        .replace("\n */", " */")
        .replace(" \n", "\n")
}
