//! Plans of faults: which calls of a thread fail, and how.

use std::cell::RefCell;
use std::io;

use libc::c_int;

use super::Call;

/// Names of calls in plans, in the order of [`Call`].
const CALLS: [&str; 10] = ["accept", "receive", "send", "add", "change", "remove", "ready", "cached", "read-at", "send-file"];

/// Names of errors in plans.
const ERRORS: [(&str, c_int); 15] = [
    ("EAGAIN", libc::EAGAIN),
    ("EINTR", libc::EINTR),
    ("ECONNRESET", libc::ECONNRESET),
    ("ECONNABORTED", libc::ECONNABORTED),
    ("EPIPE", libc::EPIPE),
    ("ENOBUFS", libc::ENOBUFS),
    ("ENOMEM", libc::ENOMEM),
    ("ENOSPC", libc::ENOSPC),
    ("EMFILE", libc::EMFILE),
    ("ENFILE", libc::ENFILE),
    ("ENOENT", libc::ENOENT),
    ("EINVAL", libc::EINVAL),
    ("EIO", libc::EIO),
    ("EOPNOTSUPP", libc::EOPNOTSUPP),
    ("EPERM", libc::EPERM),
];

/// What becomes of a call.
#[derive(Clone, Copy)]
enum Fault {
    Error(c_int),
    /// It takes so many bytes at most.
    Short(usize),
}

/// Which calls of a kind, counted from 1.
#[derive(Clone, Copy)]
enum When {
    Once(u64),
    Every(u64),
}

struct Rule {
    call: Call,
    fault: Fault,
    when: When,
}

#[derive(Default)]
struct Plan {
    rules: Vec<Rule>,
    /// How many calls of each kind there were.
    counts: [u64; CALLS.len()],
}

thread_local! {
    static PLAN: RefCell<Plan> = RefCell::default();
}

/// Has calls of this thread fail from now on: rules with spaces between them, of which the first that fits counts.
///
/// A rule names a call, what becomes of it, and when: `send:short=3@2` lets the second one take three bytes at most, `receive:EAGAIN/5` has each
/// fifth fail.
///
/// # Errors
/// Where a rule is none.
pub fn plan(text: &str) -> Result<(), String> {
    let rules = text.split_whitespace().map(|word| to_rule(word).ok_or_else(|| format!("\"{word}\" is no rule of a fault")));
    let rules = rules.collect::<Result<_, _>>()?;
    PLAN.set(Plan { rules, ..Plan::default() });
    Ok(())
}

/// Has all calls of this thread pass again.
pub fn clear() {
    PLAN.take();
}

fn to_rule(word: &str) -> Option<Rule> {
    let (name, rest) = word.split_once(':')?;
    let at = rest.find(['@', '/'])?;
    let count = rest[at + 1..].parse().ok().filter(|&count| count > 0)?;
    let when = if rest[at..].starts_with('@') { When::Once(count) } else { When::Every(count) };
    Some(Rule { call: to_call(name)?, fault: to_fault(&rest[..at])?, when })
}

fn to_call(name: &str) -> Option<Call> {
    use Call::{Accept, Add, Cached, Change, ReadAt, Ready, Receive, Remove, Send, SendFile};
    let place = CALLS.iter().position(|&known| known == name)?;
    Some([Accept, Receive, Send, Add, Change, Remove, Ready, Cached, ReadAt, SendFile][place])
}

fn to_fault(text: &str) -> Option<Fault> {
    if let Some(bytes) = text.strip_prefix("short=") {
        return bytes.parse().ok().filter(|&bytes| bytes > 0).map(Fault::Short);
    }
    ERRORS.iter().find(|(name, _)| *name == text).map(|&(_, number)| Fault::Error(number))
}

/// See [`super::pass`].
pub fn pass(call: Call, bytes: usize) -> io::Result<usize> {
    match PLAN.with_borrow_mut(|plan| plan.next(call)) {
        None => Ok(bytes),
        Some(Fault::Short(most)) => Ok(bytes.min(most)),
        Some(Fault::Error(number)) => Err(io::Error::from_raw_os_error(number)),
    }
}

impl Plan {
    fn next(&mut self, call: Call) -> Option<Fault> {
        let count = &mut self.counts[call as usize];
        *count += 1;
        let is_meant = |rule: &&Rule| {
            rule.call == call
                && match rule.when {
                    When::Once(at) => *count == at,
                    When::Every(step) => count.is_multiple_of(step),
                }
        };
        self.rules.iter().find(is_meant).map(|rule| rule.fault)
    }
}

#[cfg(test)]
mod tests {
    use super::{Call, clear, pass, plan};

    #[test]
    fn a_plan_has_the_calls_fail_that_it_names() {
        plan("send:short=3@2 send:EPIPE/4 add:ENOMEM@1").expect("a plan");
        let sent: Vec<_> = (0..8).map(|_| pass(Call::Send, 10).map_err(|error| error.raw_os_error())).collect();
        let broken = Err(Some(libc::EPIPE));
        assert_eq!(sent, [Ok(10), Ok(3), Ok(10), broken, Ok(10), Ok(10), Ok(10), broken]);
        assert!(pass(Call::Add, 0).is_err());
        assert_eq!(pass(Call::Receive, 5).ok(), Some(5));
        clear();
        assert_eq!(pass(Call::Add, 0).ok(), Some(0));
    }

    #[test]
    fn a_plan_with_a_mistake_is_none() {
        for text in
            ["send", "send:EPIPE", "send:EPIPE@0", "write:EPIPE@1", "send:EWHAT@1", "send:short=0@1", "send:short@1", "@1"]
        {
            assert!(plan(text).is_err(), "{text}");
        }
    }
}
