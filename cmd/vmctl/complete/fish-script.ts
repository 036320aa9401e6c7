/** What `vmctl completion fish` prints. */
export const FISH_SCRIPT = `# fish completion of vmctl. Now: vmctl completion fish | source
# For good: vmctl completion fish > ~/.config/fish/completions/vmctl.fish

function __vmctl_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l lines ($program __complete $words "$current" 2>/dev/null)
    switch "$lines[1]"
        case :files
            __fish_complete_path "$current"
        case :folders
            __fish_complete_directories "$current"
        case '*'
            printf '%s\\n' $lines
    end
end

complete -c vmctl -f -a '(__vmctl_complete)'
`;
