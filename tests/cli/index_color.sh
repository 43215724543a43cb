# Colour marks warnings, on a terminal or when asked for.
head -c 2000 /dev/zero | tr '\0' '\201' >bad.txt
ark-index --color=always bad.txt
ark-index --color=never bad.txt
ark-index bad.txt
python3 "$CLI/terminal.py" 80 ark-index bad.txt
NO_COLOR=1 python3 "$CLI/terminal.py" 80 ark-index bad.txt
CLICOLOR_FORCE=1 ark-index bad.txt
ark-index -q bad.txt
echo "status $?"
