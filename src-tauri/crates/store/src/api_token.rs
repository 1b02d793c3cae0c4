//! The token by which the owner's own programs speak to the engine's API.

use crate::{StoreError, private_files, secrets};
use office::Secret;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Reads the token, or makes one of 256 random bits.
pub(crate) fn read_or_make(dir: &Path) -> Result<Secret, StoreError> {
    let path = dir.join("api-token");
    match fs::read_to_string(&path) {
        Ok(token) if is_token(token.trim_end()) => {
            drop(private_files::make_private(&path)?);
            Ok(Secret::new(token.trim_end().to_owned()))
        }
        // Not replaced: it is the owner's own edit, and the mistake would go unnoticed.
        Ok(_) => {
            let error = io::Error::new(
                ErrorKind::InvalidData,
                "it is not 64 hex digits; delete it to get a new one",
            );
            Err(StoreError::io("use", &path)(error))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let bytes: [u8; 32] = secrets::random()?;
            let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            private_files::write_new(&path, token.as_bytes())?;
            Ok(Secret::new(token))
        }
        Err(error) => Err(StoreError::io("read", &path)(error)),
    }
}

fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
