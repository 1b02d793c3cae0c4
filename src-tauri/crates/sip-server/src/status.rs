//! The status codes that server roles answer with.

use sip_message::StatusCode;

macro_rules! codes {
    ($($name:ident = $code:literal;)*) => {$(
        pub(crate) const $name: StatusCode = match StatusCode::new($code) {
            Some(code) => code,
            None => StatusCode::OK, // not reached: every code below is between 100 and 699
        };
    )*};
}

codes! {
    MULTIPLE_CHOICES = 300;
    MOVED_TEMPORARILY = 302;
    BAD_REQUEST = 400;
    UNAUTHORIZED = 401;
    FORBIDDEN = 403;
    NOT_FOUND = 404;
    NOT_ACCEPTABLE = 406;
    PROXY_AUTHENTICATION_REQUIRED = 407;
    REQUEST_TIMEOUT = 408;
    UNSUPPORTED_URI_SCHEME = 416;
    BAD_EXTENSION = 420;
    INTERVAL_TOO_BRIEF = 423;
    FLOW_FAILED = 430;
    FIRST_HOP_LACKS_OUTBOUND = 439;
    MAX_BREADTH_EXCEEDED = 440;
    TEMPORARILY_UNAVAILABLE = 480;
    LOOP_DETECTED = 482;
    TOO_MANY_HOPS = 483;
    REQUEST_TERMINATED = 487;
    BAD_EVENT = 489;
    SERVER_ERROR = 500;
    SERVICE_UNAVAILABLE = 503;
}
