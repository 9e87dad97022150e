//! `bowline` and its verbs: pages and completions from the command line that clap reads.

use bowline::arguments::Arguments;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::Pages;

/// A page for the program and one for each verb, and a completion for each shell.
pub fn pages(pages: &mut Pages) {
    let mut command = Arguments::command();
    command.build();
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        let name = format!("bowline-{}", verb.get_name());
        add_page(pages, &name, verb.clone());
    }
    add_page(pages, "bowline", command);
    for (shell, path) in
        [(Shell::Bash, "bash/bowline"), (Shell::Zsh, "zsh/_bowline"), (Shell::Fish, "fish/bowline.fish")]
    {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "bowline", &mut script);
        pages.add(path, script);
    }
}

fn add_page(pages: &mut Pages, name: &str, command: Command) {
    let mut page = Vec::new();
    Man::new(command).title(name.to_uppercase()).render(&mut page).expect("a Vec takes all that is written to it");
    pages.add(format!("man1/{name}.1"), page);
}
