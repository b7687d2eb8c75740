"""Sizes, counts, rates and times that both ends of the wire keep to.

Every public name here stands in the table of docs/protocol.md, which is generated.
"""

FRAME_MAX_BYTES = 65_536
"""Largest text frame either side may send; a longer one closes the socket (1009)."""

FRAGMENTS_MAX = 1_024
"""WebSocket frames that one message of a client may come in; more close the socket (1002)."""

DESCRIPTION_MAX_CHARACTERS = 32_000
"""Longest session description (SDP)."""

CANDIDATE_MAX_CHARACTERS = 1_024
"""Longest single ICE candidate."""

CANDIDATES_PER_CALL_MAX = 100
"""Candidates one peer may relay in one call."""

BLOCKED_MAX = 500
"""Blocked strangers a search may carry."""

STRANGER_ID_MAX_CHARACTERS = 64
"""Longest id of a stranger, call or session."""

CLIENT_NAME_MAX_CHARACTERS = 100
"""Longest name a client gives itself."""

OFFERED_MAX = 20
"""Most versions, and most features, a hello may offer."""

HELLO_TIMEOUT_S = 5.0
"""A socket that has not said hello by then is closed (4408)."""

PING_INTERVAL_S = 6.0
"""The server pings (a WebSocket ping) who searches, is in a call or has not said hello this often,
where nothing else comes; half of it without a pong closes the socket."""

IDLE_PING_INTERVAL_S = 18.0
"""It pings everybody else this often; they have half of PING_INTERVAL_S for the pong as well."""
# A ping costs 45 µs of one core: 10,000 connections at every 6 s take 8 % of it.

ONLINE_INTERVAL_S = 10.0
"""How many are online is told at most this often, and only when it has changed."""

MESSAGES_PER_S = 30.0
"""Sustained rate of messages on one connection."""

MESSAGES_BURST = 120
"""Messages a connection may send at once before the sustained rate holds."""

SEARCHES_PER_S = 4.0
"""Sustained rate of queue.join and call.next on one connection."""

SEARCHES_BURST = 20
"""Searches a connection may start at once before the sustained rate holds."""

BYTES_PER_S = 262_144.0
"""Sustained rate of bytes in messages on one connection."""

BYTES_BURST = 4_194_304
"""Bytes a connection may send at once before the sustained rate holds."""

BAN_WORDS_MAX_CHARACTERS = 500
"""Longest reason of a ban, and longest word on where to object."""

UNIX_TIME_MAX_S = 253_402_300_799.0
"""Latest time that a ban may last until: the last second of the year 9999."""

EVIDENCE_MAX_CHARACTERS = 60_000
"""Longest evidence of a report, encrypted and in base64."""

REPORTABLE_CALLS = 5
"""A stranger can be reported in a call, and later while it is one of the last so many calls."""

REPORTS_PER_HOUR = 20
"""Reports one session, and one key, may make in an hour; an address as the operator says."""

SESSION_CONNECTS_PER_S = 0.5
"""Sustained rate of sockets that take one session up again."""

SESSION_CONNECTS_BURST = 60
"""Sockets that may take a session up again at once before the sustained rate holds."""

DELAY_MAX_S = 86_400.0
"""Longest wait a server may ask for in retry_after_s."""

MALFORMED_MAX = 10
"""Malformed frames that are answered with an error; the next one closes the socket (4400)."""

WRITE_BUFFER_MAX_BYTES = 65_536
"""Bytes the server keeps for a slow reader, beside what it missed before, until it gives it up."""

INTERESTS_MAX = 10
"""Interests a search may carry."""

INTEREST_MAX_CHARACTERS = 40
"""Longest interest; one that gets longer by being normalised is compared by its beginning."""

LANGUAGES_MAX = 5
"""Languages a search may carry."""

LANGUAGE_TAG_MAX_CHARACTERS = 35
"""Longest language tag (BCP 47)."""

POOL_MAX_CHARACTERS = 40
"""Longest name of a pool."""

SUGGESTIONS_MAX = 10
"""Interests suggested at once."""

SUGGESTED_FROM_PEOPLE = 3
"""An interest is suggested only when this many different people have searched with it lately."""

UNACKNOWLEDGED_MAX = 512
"""Messages kept for a peer that has not acknowledged them; one more ends its session ..."""

UNACKNOWLEDGED_MAX_BYTES = 262_144
"""... as do more bytes."""

RELAYED_MAX = 192
"""While a peer has not acknowledged so many messages, its stranger may tell it nothing more ..."""
# The rest is for what the server says: above all that the stranger is away and back, as often as a
# session may be taken up again while a call waits for its peer (resume_call_s).

RELAYED_MAX_BYTES = 65_536
"""... nor while it has not acknowledged so many bytes: nobody ends another's session by talking."""
# One message more may come at this moment, and then one more as the offer of a next stranger.

ACKNOWLEDGE_EVERY = 32
"""Counted messages after which the receiver acknowledges at the latest ..."""

ACKNOWLEDGE_WITHIN_S = 1.0
"""... or this long after the first of them, where that is the client."""

TICKET_MAX_CHARACTERS = 200
"""Longest ticket of a call."""

RECENT_PARTNERS = 5
"""Last partners a peer does not meet again before the last stage."""

WIDEN_EVERY_S = 1.0
"""A search widens three times, after one, two and three of these, in a small pool."""

MEDIUM_POOL = 1_000
"""From this many people in a pool on, the stages of a search last 1.5 times as long ..."""

LARGE_POOL = 10_000
"""... and from this many on twice as long."""

REPEAT_AFTER_S = 3.0
"""When the last stage begins in a small pool: recent partners may meet again from then on."""

WINDOW_FROM_PER_S = 100.0
"""From this many new searches a second on, those of a short window are drawn together."""

WINDOW_MAX_S = 0.02
"""Longest such window."""
