# Settings come from the config file; the command line and the environment are stronger.
mkdir -p .config/ark news
echo 'نص' >news/a.txt
echo 'نص مخفي' >news/.b.txt
cat >.config/ark/config <<'END'
# settings of a test
index  = ~/from-config
hidden = yes
limit  = 5
END
ark-index -v news
ls
ARK_INDEX=from-environment ark-index -q news
ark-index -q -i from-option news
ls
echo 'hiden = yes' >bad
ark-index --config=bad news
echo "status $?"
ARK_CONFIG=bad ark-index news
echo "status $?"
ark-index --config=missing news
echo "status $?"
ark-index --config=/dev/null -i other -v news
