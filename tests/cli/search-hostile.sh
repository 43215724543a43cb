# Nothing that a document, a name or a query brings along reaches the terminal.
mkdir evil
name=$(printf 'evil/\033]0;owned\a\ncolour\033[31m.txt')
printf 'Title \033[2J\033[31mred\302\2333m\n\nمرحبا \033]52;c;AAAA\007 match \342\200\256evil\342\200\254 \342\201\246x\342\201\251 \010\177 end\n' >"$name"
printf 'match \377\376 bad bytes\n' >evil/bytes.txt
ark-index -q evil
for options in '' -j '--format=tsv' '--format=trec' '--bidi=visual' '--color=always' '--explain' '--explain=query'; do
    echo "== $options"
    # shellcheck disable=SC2086 # words
    ark-search $options "match$(printf '\033[5m')" 2>&1 | grep -v summary |
        sed -e "s/$(printf '\033')\[\(1;31\|[12]\)\?m//g" >seen
    # What is left of controls, after our own colours are taken away, but line ends and tabs.
    tr -d '\n\t -~\200-\377' <seen | od -An -c
    grep -c "$(printf '\342\200\256\|\342\201\246\|\302\233')" seen
done
ark-search -s0 match | cat -A | sed 's/[0-9]\.[0-9]*\$$/N$/'
echo "== a path is bytes in a pipe"
ark-search -l0 match | tr '\0' '\n' | cat -v | sed 's|.*/evil|evil|' | sort
