/** What `vmctl completion bash` prints. Needs nothing but bash: no bash-completion package. */
export const BASH_SCRIPT = `# bash completion of vmctl. Now: source <(vmctl completion bash)
# For good: vmctl completion bash > ~/.local/share/bash-completion/completions/vmctl

_vmctl() {
  local IFS=$' \\t\\n' rest=$COMP_LINE word words=() count=0 i
  # bash takes words apart at = and :, vmctl does not: what stands together belongs together.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $count -gt 0 && $rest != [[:space:]]* && -n $rest ]]; then
      words[count - 1]+=$word
    else
      words[count]=$word
      count=$((count + 1))
    fi
    rest=\${rest#"\${rest%%[![:space:]]*}"}
    rest=\${rest#"$word"}
  done
  local program=\${words[0]} current=\${words[count - 1]} value description
  [[ $program == "~/"* ]] && program=$HOME/\${program#"~/"}
  # bash replaces only what stands behind the last = or :.
  local before=\${current%"\${current##*[=:]}"}
  [[ $COMP_WORDBREAKS == *=* && $COMP_WORDBREAKS == *:* ]] || before=
  COMPREPLY=()
  while IFS=$'\\t' read -r value description; do
    case $value in
      :files) compopt -o filenames 2>/dev/null; IFS=$'\\n' COMPREPLY=($(compgen -f -- "\${current#"$before"}")); return ;;
      :folders) compopt -o filenames 2>/dev/null; IFS=$'\\n' COMPREPLY=($(compgen -d -- "\${current#"$before"}")); return ;;
      *[=/.:,]) compopt -o nospace 2>/dev/null ;;
    esac
    COMPREPLY[\${#COMPREPLY[@]}]=\${value#"$before"}
  done < <("$program" __complete "\${words[@]:1:count}" 2>/dev/null)
}
complete -F _vmctl vmctl
`;
