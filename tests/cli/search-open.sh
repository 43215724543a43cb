# --open: the file of a hit, by the opener, without a shell.
. "$CLI/search-samples.inc"
cat >opener <<'EOF'
#!/bin/sh
for word; do printf '[%s]' "$word"; done
echo
EOF
chmod +x opener
ARK_OPENER="$PWD/opener 'two words' plain"
export ARK_OPENER
echo "== the first"
ark-search -s0 --open هدنة
echo "== the second"
ark-search -s0 --open=2 هدنة
echo "== a file whose name means something to a shell"
echo 'زبرجدة في صدفة' >'$(touch x); y.txt'
ark-index -q '$(touch x); y.txt'
ark-search -l --open زبرجدة
ls x 2>/dev/null
echo "== a record opens its file"
ark-search -s0 --open 'مكتبة متنقلة'
echo "== no such hit"
ark-search --open=900 هدنة
echo "status $?"
echo "== the file is gone"
rm samples/news/truce-agency.txt
ark-search -s0 --open هدنة
echo "status $?"
echo "== no such opener, one that fails, none at all"
ARK_OPENER=./nothing ark-search -s0 -l --open=2 هدنة
ARK_OPENER=false ark-search -s0 -l --open=2 هدنة
ARK_OPENER="'" ark-search -s0 -l --open=2 هدنة
echo "status $?"
echo "== what does not go together"
ark-search --open=0 هدنة
ark-search --open -c هدنة
ark-search --open -q هدنة
echo "status $?"
