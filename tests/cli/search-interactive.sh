# --interactive: queries, pages, documents, from a pipe and at a prompt.
. "$CLI/search-samples.inc"
ARK_OPENER=echo
export ARK_OPENER
ask() { ark-search --interactive "$@"; }
echo "== pages"
printf 'هدنة\nn\np\n' | ask -s0 -n2
echo "== a document, opened; ranks of other pages are not there"
printf 'هدنة\n2\no1\no\n3\nn\n3\n' | ask -s0 -n2 --mark='<,>' | sed 's/^\(.\{40\}\).*/\1/'
echo "== digits and the question mark of an Arabic keyboard"
printf 'هدنة\n٢\n؟\n' | ask -s0 -n٢ --digits=arab | sed 's/^\(.\{40\}\).*/\1/'
echo "== help, an empty line, a blank before a letter"
printf '?\n\n q\nq\nهدنة\n' | ask -s0
echo "status $?"
echo "== errors do not end it"
printf 'nofield:هدنة\n-هدنة\nهدنة\n' | ask -s0 -n1
echo "status $?"
echo "== no match, no page, no query"
printf 'n\np\no\nالزيطون\nهدنة\np\nn\nn\nn\n' | ask -s0 -n3
echo "== the index may change meanwhile"
(
    echo زبرجدة
    while [ ! -e new.txt ]; do :; done
    ark-index -q new.txt
    echo زبرجدة
) | ask -s0 &
sleep 1
echo 'زبرجدة واحدة' >made.txt && mv made.txt new.txt
wait
echo "== what does not go together"
ask هدنة </dev/null
ask -j </dev/null
echo "status $?"
