# A pipe gets blocks without colour, header or wrapping, in logical order.
. "$CLI/search-samples.inc"
ark-search هدنة إنسانية
echo "== status $?"
ark-search -n1 مُؤَكِّدَةً أحياء
echo "== phrase"
ark-search -n2 «مجلس الأمن»
echo "== title only"
ark-search -n1 عاصفة ثلجية
echo "== passages"
ark-search -n1 -s3 هدنة
echo "== none"
ark-search -n1 -s0 هدنة
echo "== wrapped"
ark-search -n1 -w40 هدنة
echo "== elsewhere"
mkdir other && cd other && ark-search -n1 -s0 هدنة
