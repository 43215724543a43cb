# A folder becomes a root; the second run has nothing to do.
mkdir news
cat >news/a.txt <<'END'
عودة القطارات إلى الجبل
عادت القطارات إلى الخط الجبلي بعد توقف دام سنتين.
END
cat >news/b.txt <<'END'
موسم الزيتون يبدأ مبكرا
بدأ المزارعون قطاف الزيتون هذا الأسبوع.
END
ark-index news
ark-index
ark-index ~/news
ark-index --list
