# Every kind of JSON line is what data/ark-search.schema.json promises.
command -v python3 >/dev/null || {
    echo "skipped: no python3"
    exit 77
}
python3 -B "$CLI/check_schema.py" "$CLI/../../data/ark-search.schema.json" </dev/null >/dev/null || {
    echo "skipped: no python module jsonschema"
    exit 77
}
. "$CLI/search-samples.inc"
printf 'حلب' >"samples/$(printf 'a\377b').txt"
ark-index -q samples
check() { python3 -B "$CLI/check_schema.py" "$CLI/../../data/ark-search.schema.json"; }
ark-search -j هدنة إنسانية | check
ark-search -j -s3 --explain 'هدنة -حلب «مجلس الأمن»' | check
ark-search -j --group=off --mark='<,>' هدنة | check
ark-search -j حلب | check
ark-search -j الزيطون | check
ark-search -j -n0 هدنة | check
ark-search -j --kwic=3 هدنة | check
ark-search -j --kwic حلب | check
ark-search -j --show water-cut.txt المياه | check
ark-search -j --show short-1 | check
printf '1\tهدنة\n2\tحلب\n' | ark-search -j --queries=- | check
# What the schema refuses.
echo '{"type":"summary","documents":-1}' | check
