//! Completions of the faces for bash, zsh and fish, from the table of their options. clap makes those of `bowline`.

use std::fmt::Write;

use ifupdown::Face;
use ifupdown::arguments::table::{self, Spec, Takes};

use super::Pages;

/// What lists the names that may follow.
const NAMES: &str = "ifquery --list 2>/dev/null";

/// bash-completion itself brings a completion of the others, under their very names; it asks their help for options.
const BASH: &[Face] = &[Face::Ifreload];

/// A script for each face and shell.
pub fn scripts(pages: &mut Pages) {
    for &face in Face::ALL {
        let name = face.name();
        if BASH.contains(&face) {
            pages.add(format!("bash/{name}"), bash(face));
        }
        pages.add(format!("zsh/_{name}"), zsh(face));
        pages.add(format!("fish/{name}.fish"), fish(face));
    }
}

/// The options that are shown.
fn shown(face: Face) -> impl Iterator<Item = (&'static Spec, &'static str)> {
    table::of(face).filter_map(|spec| spec.help.map(|help| (spec, help)))
}

fn forms(spec: &Spec) -> Vec<String> {
    let shorts = spec.short.iter().map(|short| format!("-{short}"));
    shorts.chain(spec.long.iter().map(|long| format!("--{long}"))).collect()
}

fn takes_names(face: Face) -> bool {
    face != Face::Ifreload
}

fn bash(face: Face) -> String {
    let name = face.name();
    let mut script =
        format!("# bash completion for {name}\n_bowline_{name}() {{\n    local word=${{COMP_WORDS[COMP_CWORD]}} ");
    script += "before=${COMP_WORDS[COMP_CWORD-1]}\n    COMPREPLY=()\n    case $before in\n";
    for (spec, _) in shown(face) {
        let forms = forms(spec).join(" | ");
        match spec.takes {
            Takes::Nothing => {}
            Takes::Word(words) => {
                let words = words.join(" ");
                put(
                    &mut script,
                    format_args!("    {forms}) COMPREPLY=($(compgen -W '{words}' -- \"$word\")); return ;;\n"),
                );
            }
            Takes::Value("FILE") => {
                put(&mut script, format_args!("    {forms}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"));
            }
            Takes::Value(_) => put(&mut script, format_args!("    {forms}) return ;;\n")),
        }
    }
    let all = shown(face).flat_map(|(spec, _)| forms(spec)).collect::<Vec<_>>().join(" ");
    put(&mut script, format_args!("    esac\n    if [[ $word == -* ]]; then\n"));
    put(&mut script, format_args!("        COMPREPLY=($(compgen -W '{all}' -- \"$word\"))\n"));
    if takes_names(face) {
        put(&mut script, format_args!("    else\n        COMPREPLY=($(compgen -W \"$({NAMES})\" -- \"$word\"))\n"));
    }
    put(&mut script, format_args!("    fi\n}}\ncomplete -F _bowline_{name} {name}\n"));
    script
}

fn zsh(face: Face) -> String {
    let name = face.name();
    let mut script = format!("#compdef {name}\n_arguments -s \\\n");
    for (spec, help) in shown(face) {
        // In a description, brackets, colons and quotes mean something.
        let help = help.replace('\'', "'\\''").replace('[', "\\[").replace(']', "\\]").replace(':', "\\:");
        let value = match spec.takes {
            Takes::Nothing => String::new(),
            Takes::Word(words) => format!(":choice:({})", words.join(" ")),
            Takes::Value("FILE") => ":file:_files".to_owned(),
            Takes::Value(value) => format!(":{}: ", value.to_lowercase()),
        };
        for form in forms(spec) {
            put(&mut script, format_args!("    '{form}[{help}]{value}' \\\n"));
        }
    }
    if takes_names(face) {
        put(&mut script, format_args!("    '*:interface:($({NAMES}))'\n"));
    } else {
        script += "    && return 0\n";
    }
    script
}

fn fish(face: Face) -> String {
    let name = face.name();
    let mut script = format!("complete -c {name} -f\n");
    for (spec, help) in shown(face) {
        put(&mut script, format_args!("complete -c {name}"));
        spec.short.iter().for_each(|short| put(&mut script, format_args!(" -s {short}")));
        spec.long.iter().for_each(|long| put(&mut script, format_args!(" -l {long}")));
        match spec.takes {
            Takes::Nothing => {}
            Takes::Word(words) => put(&mut script, format_args!(" -x -a '{}'", words.join(" "))),
            Takes::Value("FILE") => script += " -r -F",
            Takes::Value(_) => script += " -x",
        }
        put(&mut script, format_args!(" -d '{}'\n", help.replace('\'', "\\'")));
    }
    if takes_names(face) {
        put(&mut script, format_args!("complete -c {name} -a '({NAMES})'\n"));
    }
    script
}

fn put(script: &mut String, arguments: std::fmt::Arguments<'_>) {
    script.write_fmt(arguments).expect("a String takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn bash_reads_its_scripts_and_completes() {
        for &face in Face::ALL {
            let name = face.name();
            let mut script = bash(face);
            script +=
                &format!("COMP_WORDS=({name} --allo) COMP_CWORD=1\n_bowline_{name}\necho \"${{COMPREPLY[@]}}\"\n");
            let mut child =
                Command::new("bash").arg("-eu").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{script}");
            assert_eq!(String::from_utf8_lossy(&output.stdout), "--allow\n", "{name}");
        }
    }

    #[test]
    fn words_and_files_are_offered_where_they_belong() {
        assert!(bash(Face::Ifquery).contains("-o | --format) COMPREPLY=($(compgen -W 'native json' -- \"$word\"))"));
        assert!(zsh(Face::Ifquery).contains("'--format[how to show it]:choice:(native json)'"));
        assert!(fish(Face::Ifup).contains("complete -c ifup -s i -l interfaces -r -F -d "));
        assert!(!fish(Face::Ifreload).contains("ifquery"));
    }
}
