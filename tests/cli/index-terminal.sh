# What ark-index prints on a terminal, cell by cell, in every mode of --bidi and at several
# widths, in English and in Arabic: names with digits, brackets, marks and Latin words.
if [ ! -f "$CATALOGUES/ar/LC_MESSAGES/ark.mo" ]; then
    echo "skipped: built without msgfmt (package gettext)"
    exit 77
fi
export ARK_LOCALE_DIR="$CATALOGUES" TERM=linux # a terminal that is known, so it is not asked
mkdir -p 'أخبار 2016'
echo 'نص أول' >'أخبار 2016/هُدنة (٢٠١٦).txt'
echo 'نص ثانٍ' >'أخبار 2016/«السلام» report-2.txt'
head -c 2000 /dev/zero | tr '\0' '\201' >'أخبار 2016/خبر تالف.txt'
echo 'نص' >"$(printf 'أخبار 2016/\342\200\256خبيث\033[31m.txt')"
page() { # page COLUMNS MODE LANGUAGE
    echo "== --bidi=$2 at $1 in $3"
    {
        LANGUAGE=$3 python3 "$CLI/terminal.py" "$1" ark-index -i "$1$2$3" --bidi="$2" -v 'أخبار 2016'
        LANGUAGE=$3 python3 "$CLI/terminal.py" "$1" ark-index -i "$1$2$3" --bidi="$2" --rebuild -n
        LANGUAGE=$3 python3 "$CLI/terminal.py" "$1" ark-index -i "$1$2$3" --bidi="$2" 'لا شيء هنا'
        LANGUAGE=$3 python3 "$CLI/terminal.py" "$1" ark-index -i "$1$2$3" --bidi="$2" --خيار
        LANGUAGE=$3 python3 "$CLI/terminal.py" "$1" ark-index -i "$1$2$3" --bidi="$2" --verify
    } | sed "s/$(printf '\342\201\250')/<FSI>/g; s/$(printf '\342\201\251')/<PDI>/g; s/$(printf '\033')/<ESC>/g"
}
for mode in none terminal visual words isolate; do
    page 80 $mode en
    page 80 $mode ar
done
for width in 40 200; do
    page $width visual en
    page $width visual ar
    page $width words ar
done
echo "== help"
LANGUAGE=ar ARK_BIDI=visual python3 "$CLI/terminal.py" 80 ark-index --help
LANGUAGE=ar ARK_BIDI=visual python3 "$CLI/terminal.py" 80 ark-search --help
echo "== a list, which has no columns to wrap at"
python3 "$CLI/terminal.py" 200 ark-index -i 80visualen --bidi=visual --list | sed 's/^[^:]*ark-cli[^/]*/X/'
