/** What `vmctl completion zsh` prints. */
export const ZSH_SCRIPT = `#compdef vmctl
# zsh completion of vmctl. Now: source <(vmctl completion zsh)
# For good: vmctl completion zsh > "\${fpath[1]}/_vmctl"

_vmctl() {
  local line value entry
  local -a lines closed open
  lines=("\${(@f)$("\${(Q)words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${lines[@]}"; do
    case $line in
      '') continue ;;
      :files) _files; return ;;
      :folders) _files -/; return ;;
    esac
    value=\${line%%$'\\t'*}
    entry=\${value//:/\\\\:}
    [[ $line == *$'\\t'* ]] && entry+=":\${line#*$'\\t'}"
    if [[ $value == *[=/.:,] ]]; then open+=("$entry"); else closed+=("$entry"); fi
  done
  (( \${#closed} )) && _describe -t words vmctl closed
  (( \${#open} )) && _describe -t words vmctl open -S ''
}

if [[ $funcstack[1] == _vmctl ]]; then _vmctl "$@"; else compdef _vmctl vmctl; fi
`;
