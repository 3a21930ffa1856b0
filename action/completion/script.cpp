#include "action/completion/script.hpp"

namespace leadsman::action {

namespace {

// Nothing of what comes back is evaluated: candidates are quoted, and of a line only what stands before the tab is used.
constexpr std::string_view k_bash = R"SCRIPT(# bash completion for leadsman; load it with: source <(leadsman completion bash)
_leadsman() {
  local i word line begun value cut='' front=''
  local -a words=() lines=() found=()
  # Bash takes --option=value apart at the '='.
  for ((i = 1; i <= COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    if ((${#words[@]})) && [[ $word == =* || ${COMP_WORDS[i - 1]} == = ]]; then
      words[${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
  done
  begun=${words[${#words[@]} - 1]}
  begun=${begun#[\"\']}
  begun=${begun//\\/}
  words[${#words[@]} - 1]=$begun
  value=$begun
  if [[ $begun == --*=* ]]; then
    value=${begun#*=}
    front=${begun%%=*}=
    if [[ $COMP_WORDBREAKS == *=* ]]; then
      cut=$front front=''
    fi
  fi
  mapfile -t lines < <(command leadsman __complete "${words[@]}" 2>/dev/null)
  COMPREPLY=()
  for line in "${lines[@]}"; do
    case $line in
      :files)
        compopt -o filenames 2>/dev/null
        mapfile -t found < <(compgen -f -- "$value")
        COMPREPLY+=("${found[@]/#/$front}")
        ;;
      :folders)
        compopt -o filenames 2>/dev/null
        mapfile -t found < <(compgen -d -- "$value")
        COMPREPLY+=("${found[@]/#/$front}")
        ;;
      :*) ;;
      *)
        word=${line%%$'\t'*}
        printf -v word '%q' "${word#"$cut"}"
        COMPREPLY+=("$word")
        ;;
    esac
  done
}
complete -F _leadsman leadsman
)SCRIPT";

constexpr std::string_view k_zsh = R"SCRIPT(#compdef leadsman
# zsh completion for leadsman; load it, after compinit, with: source <(leadsman completion zsh)
_leadsman() {
  local line word meaning
  local -a lines candidates
  lines=("${(@f)$(command leadsman __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "${lines[@]}"; do
    case $line in
      :files)
        [[ $PREFIX != --*=* ]] || compset -P '*='
        _files
        ;;
      :folders)
        [[ $PREFIX != --*=* ]] || compset -P '*='
        _files -/
        ;;
      ''|:*) ;;
      *)
        word=${line%%$'\t'*}
        meaning=${line#*$'\t'}
        candidates+=("${word//:/\\:}:$meaning")
        ;;
    esac
  done
  ((${#candidates})) && _describe -V leadsman candidates
}
if [[ $funcstack[1] == _leadsman ]]; then
  _leadsman "$@"
else
  compdef _leadsman leadsman
fi
)SCRIPT";

constexpr std::string_view k_fish = R"SCRIPT(# fish completion for leadsman; load it with: leadsman completion fish | source
function __leadsman_complete
    set -l words (commandline -opc)
    set -l begun (commandline -ct)
    for line in (command leadsman __complete $words[2..-1] "$begun" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path (string replace -r -- '^--[^=]*=' '' "$begun")
            case ':folders'
                __fish_complete_directories (string replace -r -- '^--[^=]*=' '' "$begun") ''
            case ':*' ''
            case '*'
                printf '%s\n' "$line"
        end
    end
end
complete -c leadsman -f -a '(__leadsman_complete)'
)SCRIPT";

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "zsh") return std::string(k_zsh);
  if (shell == "fish") return std::string(k_fish);
  return std::string(k_bash);
}

}  // namespace leadsman::action
