# Documents of other programs are passed over, and one line says how many and what to do.
mkdir texts
echo 'نص يقرأ' >texts/a.txt
for name in a.pdf b.PDF c.pdf; do printf '%%PDF-1.4\n%%\342\343\317\323\n' >"texts/$name"; done
printf 'PK\003\004\024' >texts/report.docx
printf '\320\317\021\340\241\261' >texts/old.doc
printf '{\\rtf1\\ansi text}' >texts/letter.rtf
printf '%%!PS-Adobe-3.0\n' >texts/paper.ps
printf '\211PNG\r\n\032\n' >texts/picture.png
printf 'PK\003\004\024' >texts/program.jar
# One whose text only looks like a document of another kind is read.
echo 'ملاحظات عن ملف' >texts/notes.doc
ark-index texts
echo "status $?"
echo "== not again while they stay as they are"
ark-index
echo "== a new one"
cp texts/a.pdf texts/d.epub
ark-index
echo "== in an archive, verbose"
mkdir packed && (cd texts && tar -cf ../packed/t.tar a.pdf report.docx picture.png)
ark-index -v packed
echo "== dry, quiet, and nothing else there"
mkdir other && cp texts/a.pdf other/e.pdf
ark-index -n other
ark-index -q other
echo "status $?"
ark-index --delete other
ark-index other
echo "== named"
cp texts/report.docx named.docx
ark-index named.docx
echo "status $?"
echo "== named again, and named below a folder that is known"
ark-index named.docx
echo "status $?"
ark-index texts/a.pdf
echo "status $?"
cp texts/a.pdf texts/new.pdf
ark-index texts/new.pdf
echo "status $?"
