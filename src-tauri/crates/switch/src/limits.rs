//! Every limit of the switch, in one place.

use std::time::Duration;

/// How often a PIN may be guessed, and when a clip ends; rehearsals go by the same.
pub use callflow::limits::{CLIP_ENDS_AFTER_SILENCE, PIN_LOCKED_FOR, PIN_TRIES};

/// Happenings kept for one call's record.
pub const MAX_EVENTS_PER_CALL: usize = 1_000;

/// Devices rung for one call at the same time; more are not asked.
pub const MAX_LEGS_PER_CALL: usize = 64;

/// Silence from both sides of a call that is not held before it is ended (promise R14).
pub const BOTH_SILENT_END: Duration = Duration::from_secs(30);

/// How often a phone in a call is asked whether it is still there. With the 32 s that an answer may
/// take to each of two questions, or asked once more where a connection has broken, nobody is left in
/// a call with it after five minutes (promise R14).
pub const ASK_EVERY: Duration = Duration::from_secs(120);

/// A phone the office itself listens to is asked at once when neither sound nor reports (RTCP) of it
/// have come for so long.
pub const ASK_SILENT_AFTER: Duration = Duration::from_secs(30);

/// Outputs the switch holds for the host before it reports overload.
pub const MAX_OUTPUTS: usize = 100_000;

/// Inputs of one call kept by the flight recorder.
pub const MAX_RECORDED_INPUTS: usize = 200;

/// What is dialled to park in the next free slot. A number of the office that is the same wins over it.
pub const PARK_ANYWHERE: &str = "*70";

/// How long whoever consults a parking slot may take to complete the transfer.
pub const PARK_DOOR_WAIT: Duration = Duration::from_secs(10);

/// How long whoever has parked a call has at most to hear where.
pub const PARKING_WORDS: Duration = Duration::from_secs(10);

/// How often a parked call comes back before it goes to a mailbox, where there is one.
pub const PARKED_CALL_COMES_BACK: u32 = 2;

/// The longest a call is parked.
pub const PARKED_AT_MOST: Duration = Duration::from_secs(4 * 3_600);

/// How long a transfer target may ring before the transfer fails.
pub const TRANSFER_RING: Duration = Duration::from_secs(60);

/// How long somebody whose phone is up hears the tone that says why nothing comes of their call.
pub const PARTING_TONE: Duration = Duration::from_secs(4);

/// How long they have at most to hear the words that say it.
pub const PARTING_WORDS: Duration = Duration::from_secs(15);

/// How long whoever answers a call of a flow has to press the key that takes it.
pub const SCREEN_WAIT: Duration = Duration::from_secs(10);

/// The longest that whoever answers hears of who calls before they talk.
pub const WHISPER_AT_MOST: Duration = Duration::from_secs(30);

/// What is dialled to hear oneself. A number of the office that is the same wins over it.
pub const ECHO_TEST: &str = "*43";

/// What is dialled to hear how long sound takes there and back.
pub const DELAY_TEST: &str = "*44";

/// What is dialled to hear how loud one is.
pub const LEVEL_TEST: &str = "*45";

/// What is dialled to hear which keys arrive.
pub const KEY_TEST: &str = "*46";

/// Tones that say that a delay is being measured, two and a half seconds each; then it is unknown.
/// Both sides report every five seconds or so (RFC 3550 §6.2), and both must have.
pub const DELAY_TEST_BEEPS: u32 = 10;

/// How long a level test listens.
pub const LEVEL_TEST_LASTS: Duration = Duration::from_secs(5);

/// How long the result of a level test may take; then nothing was heard.
pub const LEVEL_TEST_GRACE: Duration = Duration::from_secs(2);

/// How long a key test waits for the first key.
pub const KEY_TEST_AT_MOST: Duration = Duration::from_secs(20);

/// How long a key test waits for the next key; then it has been all.
pub const KEY_TEST_PAUSE: Duration = Duration::from_secs(4);

/// Keys that a key test repeats at once.
pub const MAX_TESTED_KEYS: usize = 20;

/// The longest the office itself attends to somebody.
pub const ATTEND_AT_MOST: Duration = Duration::from_secs(3_600);

/// Steps a service may take at once.
pub const MAX_STEPS_AT_ONCE: usize = 16;

/// Questions open at once; more are not asked, and what they were about is told as not kept.
pub const MAX_QUESTIONS: usize = 10_000;

/// A message shorter than this is a caller who hung up at the tone.
pub const SHORTEST_MESSAGE: Duration = Duration::from_millis(1_000);

/// Silence that ends a message.
pub const MESSAGE_ENDS_AFTER_SILENCE: Duration = Duration::from_secs(8);

/// How long a caller may think about what to do with their message.
pub const MESSAGE_MENU_WAIT: Duration = Duration::from_secs(6);

/// How often a caller is told what they may do with their message; then it is kept.
pub const MESSAGE_MENUS: u32 = 3;

/// What is dialled to hear any mailbox, with its number and PIN.
pub const ANY_VOICEMAIL: &str = "*98";

/// How long somebody may think at a menu of their mailbox, or between two digits.
pub const MENU_WAIT: Duration = Duration::from_secs(8);

/// How often nothing may be pressed there, one time after the other; then the office says goodbye.
pub const MENU_SILENCES: u32 = 3;

/// How long another digit may take after as many as a PIN needs.
pub const DIGITS_WAIT: Duration = Duration::from_secs(2);

/// Wrong numbers and PINs in one call before the office says goodbye.
pub const ENTRANCE_TRIES: u32 = 3;

/// How far a key goes back or forth in a message.
pub const SEEK: Duration = Duration::from_secs(5);

/// Who has listened to a message for longer has heard it.
pub const HEARD_AFTER: Duration = Duration::from_secs(3);

/// The longest greeting recorded by phone.
pub const GREETING_AT_MOST: Duration = Duration::from_secs(180);

/// Silence that ends the recording of a greeting.
pub const GREETING_ENDS_AFTER_SILENCE: Duration = Duration::from_secs(5);

/// A shorter greeting is a mistake; a name may be short.
pub const SHORTEST_GREETING: Duration = Duration::from_millis(400);

/// How often a greeting may be recorded anew before the main menu is heard again.
pub const GREETING_TAKES: u32 = 10;

/// The longest somebody stays in a conference room.
pub const ROOM_AT_MOST: Duration = Duration::from_secs(24 * 3_600);

/// Wrong PINs after which nobody is let into a room.
pub const ROOM_PIN_TRIES: u32 = 3;

/// How long the next digit of a room's PIN may take; then it is complete.
pub const ROOM_PIN_WAIT: Duration = Duration::from_secs(10);

/// The longest part of a recorded call; another part goes on after it.
pub const LONGEST_RECORDING: Duration = Duration::from_secs(4 * 3_600);

/// Star and one are a command when they are pressed within this time.
pub const STAR_ONE_WITHIN: Duration = Duration::from_secs(3);

/// How often those hear a tone who are listened to.
pub const LISTENED_TONE_EVERY: Duration = Duration::from_secs(30);

/// Those who may listen to one talk at a time.
pub const MAX_LISTENERS: usize = 4;

/// The longest an echo test goes on.
pub const ECHO_TEST_AT_MOST: Duration = Duration::from_secs(300);

/// Most parties of one call whose sound is noted in its record, all those it was handed to included.
pub const MAX_HEARD_PER_CALL: usize = 16;

/// Most subscriptions in all: 500 phones with 40 lamps each.
pub const MAX_SUBSCRIPTIONS: usize = 20_000;

/// Most subscriptions of all devices of one person.
pub const MAX_SUBSCRIPTIONS_PER_PERSON: usize = 600;

/// Most subscriptions of one device: a desk phone with its key modules full of lamps. With the
/// next one the oldest is forgotten.
pub const MAX_SUBSCRIPTIONS_PER_DEVICE: usize = 200;

/// What is dialled to hear one's messages; phones call it from their message key.
pub const VOICEMAIL: &str = "*97";

/// How long a phone that registered anew has to subscribe to its messages before it is told of
/// them without a subscription.
pub const TIME_TO_SUBSCRIBE: Duration = Duration::from_millis(500);

/// Most calls with the world outside at a time; emergency calls go out beyond it.
pub const MAX_OUTSIDE_CALLS: usize = 1_000;

/// Spans of time in which calls are counted, of all callers together; of more, the one that has been
/// quiet for longest is forgotten.
pub const MAX_RATE_WINDOWS: usize = 2_000;

/// Tries abroad within this time count together.
pub const FOREIGN_TRIES_WITHIN: Duration = Duration::from_secs(600);

/// How often what running calls have used up is kept: a crash forgives no more.
pub const LEDGER_EVERY: Duration = Duration::from_secs(30);

/// Most digits of an extension of another telephone system. What is longer is dialled there only if it
/// is a telephone number that the office would call.
pub const MAX_PEER_EXTENSION_DIGITS: usize = 6;

/// How long the number that an emergency call showed leads back to the phone it came from.
pub const CALL_BACK_HELD: Duration = Duration::from_secs(3_600);

/// Most emergency calls that may be called back; of more, the oldest is forgotten.
pub const MAX_CALL_BACKS: usize = 100;

/// Most kinds of phones and networks remembered for one device. Later ones are never cleared.
pub const MAX_MARKS_PER_DEVICE: usize = 50;

/// How long the network must have been as it is before lines begin, or register anew.
pub const NETWORK_SETTLES: Duration = Duration::from_millis(200);

/// How long before somebody is told again that our address is another, while something else is being
/// agreed on.
pub const TELL_MOVED_AGAIN: Duration = Duration::from_secs(1);

/// Time between the beginnings of two lines, so that many do not begin at once.
pub const LINES_BEGIN_APART: Duration = Duration::from_millis(50);

/// How long a line may look for its provider before that is told as a trouble.
pub const LINE_LOCATED_WITHIN: Duration = Duration::from_secs(5);

/// How often a caller is asked to press a key.
pub const CHALLENGE_TRIES: u32 = 2;

/// How long they have for it, each time.
pub const CHALLENGE_WAIT: Duration = Duration::from_secs(6);

/// How long a call for help may ring: as long as its caller holds on, but for phones that were left
/// off the hook.
pub const EMERGENCY_RING: Duration = Duration::from_secs(24 * 3_600);

/// How long a call may ring by which a line is tried.
pub const ROUND_TRIP_RINGS: Duration = Duration::from_secs(25);

/// How long it rings where it comes back, before the office answers it: long enough to be told on.
pub const ROUND_TRIP_RINGS_BACK: Duration = Duration::from_millis(1_500);

/// How long each end waits before it speaks: sound takes a moment to be there.
pub const ROUND_TRIP_WAITS: Duration = Duration::from_millis(500);

/// How long each end listens to what the other says.
pub const ROUND_TRIP_LISTENS: Duration = Duration::from_secs(3);

/// How long each end waits for the next key the other presses.
pub const ROUND_TRIP_WAITS_FOR_KEYS: Duration = Duration::from_secs(6);

/// How long such a call lasts once it is answered. With its ringing it is less than a minute.
pub const ROUND_TRIP_AT_MOST: Duration = Duration::from_secs(32);

/// How long a number outside may ring. Networks end the ringing themselves, after three minutes.
pub const OUTSIDE_RING: Duration = Duration::from_secs(180);
