# What may not be read is a warning and keeps what was indexed of it.
if [ "$(id -u)" = 0 ]; then
    # Root may read everything: run as nobody.
    command -v setpriv >/dev/null || { echo "skipped: no setpriv"; exit 77; }
    chmod 755 "$HOME" "$HOME/.."
    chown 65534 "$HOME"
    # Script and program may lie where nobody may not look, as below /root.
    cp "$0" "$HOME/../script.sh"
    cp -L "$HOME/../bin/ark-index" "$HOME/../bin/copy"
    mv "$HOME/../bin/copy" "$HOME/../bin/ark-index"
    exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -u "$HOME/../script.sh"
fi
ark-index --version >/dev/null 2>&1 || { echo "skipped: nobody may not run the program"; exit 77; }
mkdir -p news/closed
echo 'خبر أول' >news/a.txt
echo 'خبر ثان' >news/closed/b.txt
ark-index news
chmod 0 news/closed
ark-index
echo "status $?"
ark-index --list
echo 'خبر ثالث' >news/c.txt
ark-index news/c.txt # what lies beside it is not looked at
echo "status $?"
rm news/c.txt
chmod 755 news/closed
chmod 0 news/a.txt
touch news/a.txt
ark-index
echo "status $?"
echo 'خبر أول تغير' >news/closed/b.txt
ark-index -v
echo "status $?"
mkdir sealed
chmod 555 sealed
ark-index -i sealed/index news
echo "status $?"
chmod 0 news
ark-index news
echo "status $?"
ark-index
echo "status $?"
ark-index --list
chmod 755 news
