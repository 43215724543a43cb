# --help fits a terminal of 24 lines and 80 columns; --version names the format.
ark-index --help >help
echo "status $?"
awk 'length($0) > 80 { print "too wide: " $0 } END { if (NR > 24) print "too long: " NR }' help
head -2 help
ark-index -V >version
echo "status $?"
sed -E 's/[0-9a-f]{8}$/HASH/' version | head -2
ark-index -h --nonsense
echo "status $?"
ark-index --help >/dev/full
echo "status $?"
