//! `bowline apply`, guarded: starts the guard, and shows what it tells.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use guard::{Ending, News, Reason, Reply, Request};
use ifupdown::settings::Own;
use ifupdown::settings::own::Guard as Settings;
use linux::{Staging, Vault, digest, instance};
use plan::Plan;
use record::client::{self, Client, Said};
use record::{process, who};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::Serialize;

use super::apply;
use super::guards;
use super::plan::problems;
use super::prepare::{Prepared, Ready, Which, mention_warnings, prepare};
use super::transaction::{end, refuse, standing_text};
use crate::arguments::guard::{Apply, Confirm};
use crate::error::Failure;
use crate::guarded::files;
use crate::guarded::serve::guard_failure;
use crate::guarded::standing::{self, Standing};
use crate::run::Context;
use crate::show::{plan as show, time};
use crate::{ExitCode, json, source};

/// How long the guard may take to listen, or the one that takes over for a dead one.
const PATIENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(20);

/// Makes the kernel agree with the file, and undoes that unless it is confirmed.
///
/// # Errors
/// When the file, the kernel or the guard can't be reached.
pub(super) fn run(context: &mut Context<'_, '_>, options: &Apply) -> Result<ExitCode, Failure> {
    if !context.guards {
        return refuse(context, NO_GUARD[0], NO_GUARD[1]);
    }
    let root = context.global.root.clone();
    if let Some(code) = already_open(context, options)? {
        return Ok(code);
    }
    let texts = Staging::new(source::disk(root.as_deref())).read()?;
    let ready = match prepare(context, Which::Latest)? {
        Prepared::Ready(ready) => ready,
        Prepared::Errors(understood) => return apply::refuse_apply(context, &understood),
    };
    let plan = plan::plan(&ready.understood.resolved.wanted, &ready.observed);
    if plan.steps.is_empty() {
        // Nothing of the kernel changes, so there is nothing to go back from.
        drop(ready);
        return apply::unguarded(context);
    }
    mention_warnings(context, &ready.understood)?;
    if !context.global.json {
        context.print(&problems(&plan, &ready, context.io.look))?;
    }
    if let (Some(why), false) = (cuts_off(&ready), options.yes) {
        return refuse(context, &why, "add --yes, and confirm from the new address, with the token that is shown");
    }
    let now = instance::wall_clock();
    let chance = |length| instance::token(length).map_err(guard_failure("read", Path::new("/dev/urandom")));
    let id = format!("{}-{}", time::stamp(now), chance(2)?);
    let settings = settings(context)?.guard;
    let settle = Some(settings.settle).filter(|_| options.confirm == Confirm::Auto);
    let digest = texts.latest().map(digest).unwrap_or_default();
    let arguments = order(root.as_deref(), options, settings, &id, &digest);
    process::start_guard(Path::new(process::SELF), &id, &arguments, root.as_deref())
        .map_err(guard_failure("start", Path::new("the guard")))?;
    let mut follow = Follow {
        plan: &plan,
        ready: &ready,
        token: String::new(),
        id: &id,
        is_auto: settle.is_some(),
        left: None,
        told: Instant::now(),
        counts: false,
        is_amiss: false,
    };
    let ending = follow.follow(context);
    follow.clear_count(context);
    let ending = ending?;
    let is_amiss = follow.is_amiss;
    end(context, &id, ending.as_ref(), is_amiss)
}

const NO_GUARD: [&str; 2] =
    ["this host can't be guarded; nothing was changed", "apply with --unguarded, which nothing undoes"];

/// Refuses a second transaction, and says whose is open; the same asked for once more is given more time.
fn already_open(context: &mut Context<'_, '_>, options: &Apply) -> Result<Option<ExitCode>, Failure> {
    let root = context.global.root.clone();
    match standing::look(root.as_deref())? {
        Standing::None => Ok(None),
        Standing::LeftBehind => {
            context.complain("note: a change was left open by a guard that died; it is undone first\n")?;
            let ending = guards::finish(context, false)?;
            if let Some(ending) = ending {
                context.complain(&format!("note: {ending}\n"))?;
            }
            Ok(None)
        }
        Standing::Busy => {
            refuse(context, "another change is being made or undone right now; nothing was changed", "").map(Some)
        }
        Standing::Open(begun, mut client) => {
            let gone = |_| Failure::GuardGone;
            let texts = Staging::new(source::disk(root.as_deref())).read()?;
            if texts.latest().map(digest) == begun.files.after {
                let reply = client.reply_to(&Request::Extend { within: options.within }).map_err(gone)?;
                if reply == Reply::Taken {
                    let left = time::duration(options.within);
                    context.complain(&format!("This is applied already: it waits for another {left} from now\n"))?;
                    return Ok(Some(ExitCode::Success));
                }
            }
            let reply = client.reply_to(&Request::Look).map_err(gone)?;
            let text = standing_text(&begun, &reply);
            if context.global.json {
                let why = format!("another change is open; nothing was changed: {}", begun.id);
                return refuse(context, &why, "").map(Some);
            }
            context.complain(&format!("error: another change is open; nothing was changed\n{text}"))?;
            Ok(Some(ExitCode::Problems))
        }
    }
}

/// What the administrator has set; what is wrong with it is told.
fn settings(context: &mut Context<'_, '_>) -> Result<Own, Failure> {
    let mut warnings = String::new();
    let own = Own::read(&source::disk(context.global.root.as_deref()), &mut |warning| {
        warnings += &format!("warning: {warning}\n");
    });
    context.complain(&warnings)?;
    Ok(own)
}

fn order(root: Option<&Path>, options: &Apply, settings: Settings, id: &str, digest: &str) -> Vec<OsString> {
    let seconds = |time: Duration| time.as_secs().to_string();
    let (within, grace) = (seconds(options.within), seconds(settings.grace));
    let words = ["guard-run", "--within", &within, "--grace", &grace, "--id", id, "--digest", digest, "--listener"];
    let mut out: Vec<OsString> = words.iter().map(Into::into).collect();
    out.extend(["--by".into(), who::asks().into()]);
    if options.confirm == Confirm::Auto {
        out.extend(["--settle".into(), seconds(settings.settle).into()]);
    }
    if let Some(root) = root {
        out.extend(["--root".into(), root.as_os_str().to_owned()]);
    }
    out
}

/// Why the change surely cuts off the session that asks for it, if it does: its address is on no link any more.
fn cuts_off(ready: &Ready) -> Option<String> {
    let own = who::comes_in_by()?;
    let has = |network: &network::Network| {
        network.links.values().any(|link| link.addresses.iter().any(|address| address.net.addr() == own))
    };
    let (before, wanted) = (has(&ready.observed), &ready.understood.resolved.wanted);
    // An address of a link that the file leaves alone stays, and so does one that the file says nothing of.
    let stays = ready.observed.links.values().any(|link| {
        let holds = link.addresses.iter().find(|address| address.net.addr() == own);
        holds.is_some_and(|address| address.dynamic || wanted.link(&link.name).is_none())
    });
    (before && !stays && !has(wanted)).then(|| {
        format!("you are connected through {own}, which this host does not have afterwards; nothing was changed")
    })
}

#[derive(Serialize)]
struct Begins<'a> {
    news: &'static str,
    id: &'a str,
    token: &'a str,
    steps: usize,
}

#[derive(Serialize)]
struct Waits {
    news: &'static str,
    seconds_left: u64,
}

/// What is told while a guard is followed.
struct Follow<'a> {
    plan: &'a Plan,
    ready: &'a Ready,
    /// What confirms it: the guard's own, known once it has begun.
    token: String,
    id: &'a str,
    /// It is confirmed by itself.
    is_auto: bool,
    /// When it is undone.
    left: Option<Instant>,
    /// When the countdown was shown last.
    told: Instant,
    /// Whether it stands in the line that is written next.
    counts: bool,
    /// What was confirmed could not be noted.
    is_amiss: bool,
}

impl Follow<'_> {
    /// Follows to the end. `None`: the guard is gone, and so is what took over from it.
    fn follow(&mut self, context: &mut Context<'_, '_>) -> Result<Option<Ending>, Failure> {
        let Some(mut client) = self.connect(context)? else { return Ok(None) };
        // From here on trouble with the output must not end this: the guard goes on, and its end is to be told.
        loop {
            match self.hear(context, &mut client) {
                Ok(Some(News::Ended { ending })) => return Ok(Some(ending)),
                Ok(Some(news)) => {
                    self.learn(context)?;
                    self.show(context, &news);
                }
                Ok(None) => {}
                Err(error) if is_gone(&error) => {
                    let Some(next) = self.connect(context)? else { return Ok(None) };
                    client = next;
                }
                Err(_) => return Ok(None),
            }
        }
    }

    /// Learns the token, and tells programs.
    fn learn(&mut self, context: &mut Context<'_, '_>) -> Result<(), Failure> {
        if !self.token.is_empty() {
            return Ok(());
        }
        let vault = Vault::new(source::disk(context.global.root.as_deref()));
        let Some(begun) = standing::begun_as(&vault, self.id)? else { return Ok(()) };
        self.token = begun.token;
        if context.global.json {
            let begins = Begins { news: "begun", id: self.id, token: &self.token, steps: self.plan.steps.len() };
            // Whoever read the output may be gone; the guard goes on.
            let _ = context.print(&json::line(&begins));
        }
        Ok(())
    }

    /// Connects to the guard, or to the one that takes over. `None`: it is over already, or nobody comes.
    fn connect(&self, context: &Context<'_, '_>) -> Result<Option<Client>, Failure> {
        let disk = source::disk(context.global.root.as_deref());
        let (socket, end) = (files::place(&disk, client::PATH), Instant::now() + PATIENCE);
        let vault = Vault::new(disk);
        loop {
            if let Some(client) = Client::connect(&socket).map_err(guard_failure("reach", &socket))? {
                return Ok(Some(client));
            }
            if Instant::now() > end || vault.past_journal(self.id)?.is_some() {
                return Ok(None);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// The next news, or nothing for a second. Enter confirms, while it waits.
    fn hear(&mut self, context: &mut Context<'_, '_>, client: &mut Client) -> io::Result<Option<News>> {
        let typed = io::stdin();
        let asks = self.left.is_some() && !context.global.json && typed.is_terminal();
        if !client.has_buffered() {
            let mut fds = vec![PollFd::new(client, PollFlags::IN)];
            if asks {
                fds.push(PollFd::new(&typed, PollFlags::IN));
            }
            let ready = poll(&mut fds, Some(&Timespec { tv_sec: 1, tv_nsec: 0 }));
            let entered = fds.get(1).is_some_and(|fd| fd.revents().contains(PollFlags::IN));
            if entered && ready.is_ok() && typed.lock().read(&mut [0; 64])? > 0 {
                client.ask(&Request::Confirm { token: Some(self.token.clone()), by: who::asks() })?;
            }
            if !fds_has_news(&ready) || entered {
                self.count_down(context);
                return Ok(None);
            }
        }
        Ok(match client.hear(Some(Duration::from_secs(1)))? {
            Some(Said::News(news)) => Some(news),
            _ => None,
        })
    }

    fn show(&mut self, context: &mut Context<'_, '_>, news: &News) {
        self.is_amiss |= matches!(news, News::Amiss { .. });
        let (look, total) = (context.io.look, self.plan.steps.len());
        let text = match news {
            News::Waiting { left } if context.global.json => {
                json::line(&Waits { news: "waiting", seconds_left: left.as_secs() })
            }
            _ if context.global.json => json::line(news),
            News::Step { step } => {
                self.plan.steps.get(*step).map(|it| show::done(step + 1, total, it, look)).unwrap_or_default()
            }
            News::Waiting { left } if self.left.is_some() => {
                self.left = Some(Instant::now() + *left);
                format!("Somebody gave it more time: it is undone in {} now\n", time::duration(*left))
            }
            News::Waiting { left } => {
                self.left = Some(Instant::now() + *left);
                self.waiting(context, *left)
            }
            News::Missing { signs } if signs.is_empty() => "All that worked before works again\n".to_owned(),
            News::Missing { signs } => signs.iter().map(|sign| format!("Not so any more: {sign}\n")).collect(),
            News::RollingBack { reason } => self.rolling_back(context, reason),
            News::Amiss { text } => format!("error: {text}\n"),
            News::Noted { text } => format!("note: {text}\n"),
            News::Begun | News::Ended { .. } => String::new(),
        };
        self.clear_count(context);
        // Whoever read the output may be gone; the end is told by the exit code all the same.
        let _ = context.print(&text);
    }

    fn waiting(&self, context: &Context<'_, '_>, left: Duration) -> String {
        let changes = show::changes(self.plan.steps.len());
        let read_back =
            format!("{changes}: read back, the kernel has what the file says{}", self.ready.understood.but());
        let left = time::duration(left);
        if self.is_auto {
            return format!(
                "{read_back}\n\nApplied for now. It is kept by itself once all that worked before works, and undone in \
                 {left} if that does not come.\n"
            );
        }
        let enter = if io::stdin().is_terminal() { ", or press Enter here" } else { "" };
        format!(
            "{read_back}\n\nApplied for now. It is undone in {left} unless somebody confirms it:\n\n      bowline confirm \
             {}{}\n\nfrom any session, by the old address or the new one{enter}.\n",
            self.token,
            apply::root_text(context),
        )
    }

    /// Takes the countdown away, so that what follows has the line to itself.
    fn clear_count(&mut self, context: &mut Context<'_, '_>) {
        if std::mem::take(&mut self.counts) {
            let _ = context.print("\r\u{1b}[K");
        }
    }

    fn rolling_back(&mut self, context: &Context<'_, '_>, reason: &Reason) -> String {
        self.left = None;
        let failed = match reason {
            Reason::Refused { step, .. } => self.plan.steps.get(*step).map(|it| {
                let total = self.plan.steps.len();
                let failed = show::failed(step + 1, total, it, context.io.look);
                failed + &apply::place_of(context, self.ready, it, *step, reason)
            }),
            _ => None,
        };
        format!("{}Going back: {reason}\n", failed.unwrap_or_default())
    }

    fn count_down(&mut self, context: &mut Context<'_, '_>) {
        let Some(end) = self.left.filter(|_| io::stdout().is_terminal() && !context.global.json) else { return };
        if self.told.elapsed() >= Duration::from_millis(900) {
            (self.told, self.counts) = (Instant::now(), true);
            let left = time::duration(end.saturating_duration_since(self.told));
            let _ = context.print(&format!("\r\u{1b}[K{left} left "));
        }
    }
}

/// Whether the guard is gone. Its listener may outlive its streams by a moment: who connects just then is reset.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    [UnexpectedEof, ConnectionReset, BrokenPipe].contains(&error.kind())
}

fn fds_has_news(ready: &Result<usize, rustix::io::Errno>) -> bool {
    matches!(ready, Ok(count) if *count > 0)
}
