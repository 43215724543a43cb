# Completion for shells: in step with the option table, and at work in bash.
. "$CLI/search-samples.inc"
made=$(dirname "$(readlink -f "$(command -v ark-search)")")/completions
made_index=$(dirname "$(readlink -f "$(command -v ark-index)")")/completions
for name in $(ark-search --help | grep -o -e '--[a-z-]*'); do
    case $name in --queries | --show | --interactive) ;; esac
    grep -q -e "$name" "$made/ark-search.bash" || echo "bash has no $name"
    grep -q -e "$name[]=[]" "$made/ark-search.zsh" || echo "zsh has no $name"
    grep -q -e "-l ${name#--} " "$made/ark-search.fish" || echo "fish has no $name"
done
for name in $(ark-index --help | grep -o -e '--[a-z-]*'); do
    grep -q -e "$name" "$made_index/ark-index.bash" || echo "bash has no $name of ark-index"
done
for shell in zsh fish; do
    command -v $shell >/dev/null && $shell -n "$made/ark-search.$shell" && $shell -n "$made_index/ark-index.$shell"
done
command -v bash >/dev/null || exit 0
cat >complete.bash <<'EOF'
compopt() { :; }
source "$1"
source "$2"
try() {
    COMP_WORDS=("$@")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    "_${1//-/_}"
    printf '%s:' "$*"
    printf ' %s' "${COMPREPLY[@]}"
    echo
}
try ark-search --so
try ark-search --s
try ark-search --sort = d
try ark-search --sort =
try ark-search --bidi=v
try ark-search الهد
try ark-search +هد
try ark-search tit
try ark-search -i /nowhere هد
try ark-search --show = samples/news/wa
try ark-index --re
try ark-index --progress = a
try ark-index samples/pa
EOF
bash complete.bash "$made/ark-search.bash" "$made_index/ark-index.bash"
