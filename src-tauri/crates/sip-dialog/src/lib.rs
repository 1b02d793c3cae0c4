//! Dialogs, sessions and subscriptions (RFC 3261 section 12-15, RFC 3262, 3311, 4028, 6665).
