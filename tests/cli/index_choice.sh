# Which files are read: hidden ones, globs, .arkignore, links, sizes, no text.
mkdir -p t/sub t/.hid
echo 'نص عادي' >t/a.txt
echo 'نص بصيغة أخرى' >t/b.md
echo 'نص مخفي' >t/.hid/c.txt
echo 'نص مهمل' >t/sub/skip.txt
echo 'نص فرعي' >t/sub/d.txt
echo 'skip.txt' >t/.arkignore
printf '\177ELF\000\001\002\000\000' >t/prog
mkdir linked
echo 'نص وراء رابط' >linked/e.txt
ln -s ../linked t/link
ln -s a.txt t/again.txt
i=0
while [ $i -lt 400 ]; do
    echo 'سطر طويل من نص كبير يتكرر'
    i=$((i + 1))
done >t/big.txt
for options in '' --hidden --follow --include=*.md --exclude=*.md '--exclude=* --include=a*' \
    --max-size=1K; do
    echo "options: $options"
    rm -rf idx
    set -f
    ark-index -i idx -q $options t
    set +f
    ark-index -i idx --list | sort
done
ark-index -i idx -v --max-size=1K t
rm -rf idx
ark-index -i idx t/prog
echo "status $?"
