# The page of tests/terminal, cell by cell, in every mode of --bidi and at several widths.
page() { # page WIDTH MODE
    echo "== --bidi=$2 at $1"
    sh "$CLI/../terminal/page.sh" "$CLI/../terminal/page" -w"$1" --bidi="$2" 2>&1 |
        sed "s/$(printf '\342\201\250')/<FSI>/g; s/$(printf '\342\201\251')/<PDI>/g"
}
for mode in none terminal visual words isolate; do
    page 80 $mode
done
for width in 40 100 200; do
    page $width visual
    page $width words
    page $width terminal
done
