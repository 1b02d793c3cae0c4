//! Every limit of the switch, in one place.

use std::time::Duration;

/// Happenings kept for one call's record.
pub const MAX_EVENTS_PER_CALL: usize = 1_000;

/// Devices rung for one call at the same time; more are not asked.
pub const MAX_LEGS_PER_CALL: usize = 64;

/// Silence from both sides of a call that is not held before it is ended (promise R14).
pub const BOTH_SILENT_END: Duration = Duration::from_secs(30);

/// Outputs the switch holds for the host before it reports overload.
pub const MAX_OUTPUTS: usize = 100_000;

/// Inputs of one call kept by the flight recorder.
pub const MAX_RECORDED_INPUTS: usize = 200;

/// How long a transfer target may ring before the transfer fails.
pub const TRANSFER_RING: Duration = Duration::from_secs(60);

/// What is dialled to hear oneself. A number of the office that is the same wins over it.
pub const ECHO_TEST: &str = "*43";

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

/// The longest an echo test goes on.
pub const ECHO_TEST_AT_MOST: Duration = Duration::from_secs(300);

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
