//! Sending the office's letters: MIME, SMTP, tries and what went wrong.
