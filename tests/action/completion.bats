#!/usr/bin/env bats
# The completion scripts in the shells that they are for, and help as a terminal and man show it.

load helper
setup() {
  setup_workplace
  PATH="$(dirname "$LEADSMAN"):$PATH"
}
teardown() { teardown_workplace; }

# An error outside of readline.
compopt() { :; }

# complete_line WORD…: what bash offers for the last word, as readline would call it; REPLY_LINES holds it, sorted.
complete_line() {
  COMP_WORDS=(leadsman "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  _leadsman
  mapfile -t REPLY_LINES < <(printf '%s\n' "${COMPREPLY[@]}" | sort)
}

load_bash_script() {
  # shellcheck source=/dev/null
  source <(leadsman completion bash)
}

# One word, byte for byte as bash would put it on the line.
offers() { [ "${REPLY_LINES[*]}" = "$*" ] || { echo "offered: ${REPLY_LINES[*]}, expected: $*" >&2; return 1; }; }

press_tab() { python3 "$BATS_TEST_DIRNAME/../support/press_tab.py" "$@"; }

needs_shell() { command -v "$1" >/dev/null || skip "there is no $1 on this machine"; }

write_config() {
  cat >leadsman.yaml <<'YAML'
releases:
  shop: {chart: chart, namespace: shop}
  web: {chart: chart, namespace: web}
environments:
  production: {}
  qa east: {}
YAML
}

@test "bash: the script is registered for leadsman" {
  load_bash_script
  [[ "$(complete -p leadsman)" == *"-F _leadsman leadsman"* ]]
}

@test "bash: commands and options" {
  load_bash_script
  complete_line dep
  offers deploy
  complete_line deploy --on-f
  offers --on-failure --on-first-failure
  complete_line key ''
  offers generate
}

@test "bash: the words of a choice, also behind an equals sign that bash takes apart" {
  load_bash_script
  complete_line deploy --on-failure k
  offers keep
  complete_line deploy --on-failure = k
  offers keep
  complete_line deploy --on-failure =
  offers keep rollback
  COMP_WORDBREAKS=${COMP_WORDBREAKS//=/}
  complete_line deploy --on-failure=k
  offers --on-failure=keep
}

@test "bash: names of leadsman.yaml, quoted where a shell needs it" {
  write_config
  load_bash_script
  complete_line deploy ''
  offers shop web
  complete_line deploy shop -e q
  offers 'qa\ east'
  complete_line deploy shop --environment 'qa\ e'
  offers 'qa\ east'
}

@test "bash: names of the leadsman.yaml that the line names" {
  write_config
  mkdir ops && mv leadsman.yaml ops/
  load_bash_script
  complete_line deploy -f ops/leadsman.yaml w
  offers web
}

@test "bash: files and folders are the shell's own" {
  mkdir charts && touch values.yaml
  load_bash_script
  complete_line deploy --values val
  offers values.yaml
  complete_line deploy --values = val
  offers values.yaml
  complete_line deploy --chart chart
  offers chart charts
}

@test "bash: hostile names and words run nothing" {
  cat >leadsman.yaml <<'YAML'
releases:
  "$(touch ran)": {chart: chart}
  "`touch ran`": {chart: chart}
  "x;touch ran": {chart: chart}
  shop: {chart: chart}
environments:
  "$(touch ran)": {}
YAML
  load_bash_script
  complete_line deploy ''
  offers shop
  complete_line deploy shop -e '$(touch ran)'
  offers ''
  complete_line deploy --values '$(touch ran)'
  complete_line '`touch ran`' ''
  [ ! -e ran ]
}

@test "bash: a leadsman.yaml that is broken keeps nothing else from being completed" {
  printf 'releases: [\n' >leadsman.yaml
  load_bash_script
  complete_line deploy --on-first-failure u
  offers uninstall
  complete_line deploy ''
  offers ''
}

@test "bash: the tabulator completes in a real shell" {
  write_config
  press_tab 'source <(leadsman completion bash)' 'leadsman completion fi' 'completion fish' bash --noprofile --norc -i
  press_tab 'source <(leadsman completion bash)' 'leadsman deploy shop -e q' '-e qa\ east' bash --noprofile --norc -i
}

@test "zsh: the script is well formed, and the tabulator completes" {
  needs_shell zsh
  leadsman completion zsh >_leadsman
  zsh -n _leadsman
  write_config
  local setup='autoload -Uz compinit; compinit -D -u; source <(leadsman completion zsh)'
  press_tab "$setup" 'leadsman completion fi' 'completion fish' zsh -f -i
  press_tab "$setup" 'leadsman deploy shop -e q' '-e qa\ east' zsh -f -i
  press_tab "$setup" 'leadsman deploy --on-failure=k' '--on-failure=keep' zsh -f -i
}

@test "fish: the script is well formed, and completes" {
  needs_shell fish
  leadsman completion fish >leadsman.fish
  fish -n leadsman.fish
  write_config
  run fish --no-config -c 'source leadsman.fish; complete -C "leadsman deploy w"; complete -C "leadsman deploy shop -e q"'
  [ "$status" -eq 0 ]
  [ "$output" = $'web\trelease\nqa east\tenvironment' ]
}

@test "an unknown shell is refused with the known ones" {
  run leadsman completion tcsh
  [ "$status" -eq 2 ]
  [[ "$output" == *"bash, zsh or fish"* ]]
}

@test "help: every command has a page that fits 80 columns where there is no terminal" {
  local command
  for command in deploy retry rollback plan follow status history promote pause resume abort cancel settle doctor completion help action; do
    leadsman help "$command" >page
    [[ "$(head -n 1 page)" == "leadsman $command - "* ]]
    grep -v '^ *\$ ' page >text
    refute grep -E '.{81}' text
  done
}

@test "help: as wide as the terminal" {
  command -v script >/dev/null || skip "there is no script(1) on this machine"
  script --quiet --command "stty cols 60; leadsman deploy --help" /dev/null </dev/null | tr -d '\r' | grep -v '^ *\$ ' >narrow
  script --quiet --command "stty cols 110; leadsman deploy --help" /dev/null </dev/null | tr -d '\r' >wide
  refute grep -E '.{61}' narrow
  grep -qE '.{90}' wide
}

@test "help: nothing said is an error that lists the commands" {
  run leadsman
  [ "$status" -eq 2 ]
  [[ "$output" == *"say what to do"*"deploy"*"see: leadsman --help"* ]]
}

@test "help: man pages that man takes without a warning" {
  needs_shell groff
  local command
  for command in '' deploy 'key generate' completion; do
    # shellcheck disable=SC2086  # no word, one or two
    leadsman help --man $command >page.1
    groff -man -Tascii -ww -z page.1 2>warnings
    [ ! -s warnings ]
  done
}
