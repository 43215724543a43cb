# JSON Lines by a strict parser: members, spans, offsets into the files.
command -v python3 >/dev/null || {
    echo "python3 is not there"
    exit 77
}
. "$CLI/search-samples.inc"
printf 'T\t"q"\\ \037\n\nحلب\0and \033[31m more\n' >samples/odd.txt
printf 'حلب' >"samples/$(printf 'a\377b').txt"
ark-index -q samples
for query in هدنة 'هدنة إنسانية' '«مجلس الأمن»' حلب سورية 2018 Waraq '"quoted" \back'; do
    ark-search -j -n100 -s3 --explain "$query" 2>/dev/null | python3 -B "$CLI/check_json_lines.py" ||
        echo "query: $query"
done
ark-search -j -n100 سورية | python3 -B "$CLI/check_json_lines.py" --words
printf '1\tهدنة\n2\tحلب\n' | ark-search -j --queries=- | python3 -B "$CLI/check_json_lines.py"
ark-search -j -n100 حلب | grep -o '"path_b64":"[^"]*"' | cut -d'"' -f4 | base64 -d | sed 's|.*/||' |
    od -An -tx1
