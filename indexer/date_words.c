#include "indexer/date_words.h"

#include "common/base/compiler.h"

/*
 * Spellings are folded as the caller folds a token: no marks, every alef bare,
 * teh marbuta as heh, alef maqsura as yeh. Month names are those of the
 * Levant and Iraq, of Egypt and the Gulf, of Morocco (ghusht), of Algeria and
 * Tunisia (juwiliya), of Mauritania (dujambir). Hijri months are filler: they
 * stand beside a Gregorian date.
 */
static const struct {
    enum ark_date_word_kind kind;
    uint8_t month;
    const char *text;
} WORDS[] = {
    // yanayir
    {ARK_DATE_WORD_MONTH, 1, "يناير"},
    // janfi
    {ARK_DATE_WORD_MONTH, 1, "جانفي"},
    // fibrayir
    {ARK_DATE_WORD_MONTH, 2, "فبراير"},
    // fifri
    {ARK_DATE_WORD_MONTH, 2, "فيفري"},
    // shubat
    {ARK_DATE_WORD_MONTH, 2, "شباط"},
    // mars
    {ARK_DATE_WORD_MONTH, 3, "مارس"},
    // adhar
    {ARK_DATE_WORD_MONTH, 3, "اذار"},
    // abril
    {ARK_DATE_WORD_MONTH, 4, "ابريل"},
    // afril
    {ARK_DATE_WORD_MONTH, 4, "افريل"},
    // nisan
    {ARK_DATE_WORD_MONTH, 4, "نيسان"},
    // mayu
    {ARK_DATE_WORD_MONTH, 5, "مايو"},
    // may
    {ARK_DATE_WORD_MONTH, 5, "ماي"},
    // ayyar
    {ARK_DATE_WORD_MONTH, 5, "ايار"},
    // yunyu
    {ARK_DATE_WORD_MONTH, 6, "يونيو"},
    // yunya
    {ARK_DATE_WORD_MONTH, 6, "يونيه"},
    // juwan
    {ARK_DATE_WORD_MONTH, 6, "جوان"},
    // haziran
    {ARK_DATE_WORD_MONTH, 6, "حزيران"},
    // yulyu
    {ARK_DATE_WORD_MONTH, 7, "يوليو"},
    // yulya
    {ARK_DATE_WORD_MONTH, 7, "يوليه"},
    // yulyuz
    {ARK_DATE_WORD_MONTH, 7, "يوليوز"},
    // juwiliya
    {ARK_DATE_WORD_MONTH, 7, "جويليه"},
    // tammuz
    {ARK_DATE_WORD_MONTH, 7, "تموز"},
    // aghustus
    {ARK_DATE_WORD_MONTH, 8, "اغسطس"},
    // ut
    {ARK_DATE_WORD_MONTH, 8, "اوت"},
    // ghusht
    {ARK_DATE_WORD_MONTH, 8, "غشت"},
    // ab
    {ARK_DATE_WORD_MONTH, 8, "اب"},
    // sibtambar
    {ARK_DATE_WORD_MONTH, 9, "سبتمبر"},
    // shutanbir
    {ARK_DATE_WORD_MONTH, 9, "شتنبر"},
    // aylul
    {ARK_DATE_WORD_MONTH, 9, "ايلول"},
    // uktubar
    {ARK_DATE_WORD_MONTH, 10, "اكتوبر"},
    // nufambar
    {ARK_DATE_WORD_MONTH, 11, "نوفمبر"},
    // nuwanbir
    {ARK_DATE_WORD_MONTH, 11, "نونبر"},
    // disambar
    {ARK_DATE_WORD_MONTH, 12, "ديسمبر"},
    // dujanbir
    {ARK_DATE_WORD_MONTH, 12, "دجنبر"},
    // dujambir
    {ARK_DATE_WORD_MONTH, 12, "دجمبر"},
    // tishrin
    {ARK_DATE_WORD_TISHRIN, 0, "تشرين"},
    // kanun
    {ARK_DATE_WORD_KANUN, 0, "كانون"},
    // al-awwal
    {ARK_DATE_WORD_FIRST, 0, "الاول"},
    // awwal
    {ARK_DATE_WORD_FIRST, 0, "اول"},
    // al-thani
    {ARK_DATE_WORD_SECOND, 0, "الثاني"},
    // thani
    {ARK_DATE_WORD_SECOND, 0, "ثاني"},
    // al-tani
    {ARK_DATE_WORD_SECOND, 0, "التاني"},
    // tani
    {ARK_DATE_WORD_SECOND, 0, "تاني"},
    // al-ahad
    {ARK_DATE_WORD_WEEKDAY, 0, "الاحد"},
    // al-ithnayn
    {ARK_DATE_WORD_WEEKDAY, 0, "الاثنين"},
    // al-thulatha
    {ARK_DATE_WORD_WEEKDAY, 0, "الثلاثاء"},
    // al-arbi'a
    {ARK_DATE_WORD_WEEKDAY, 0, "الاربعاء"},
    // al-khamis
    {ARK_DATE_WORD_WEEKDAY, 0, "الخميس"},
    // al-jum'a
    {ARK_DATE_WORD_WEEKDAY, 0, "الجمعه"},
    // al-sabt
    {ARK_DATE_WORD_WEEKDAY, 0, "السبت"},
    // ahad
    {ARK_DATE_WORD_WEEKDAY, 0, "احد"},
    // ithnayn
    {ARK_DATE_WORD_WEEKDAY, 0, "اثنين"},
    // thulatha
    {ARK_DATE_WORD_WEEKDAY, 0, "ثلاثاء"},
    // arbi'a
    {ARK_DATE_WORD_WEEKDAY, 0, "اربعاء"},
    // khamis
    {ARK_DATE_WORD_WEEKDAY, 0, "خميس"},
    // jum'a
    {ARK_DATE_WORD_WEEKDAY, 0, "جمعه"},
    // sabt
    {ARK_DATE_WORD_WEEKDAY, 0, "سبت"},
    // fi
    {ARK_DATE_WORD_FILLER, 0, "في"},
    // yawm
    {ARK_DATE_WORD_FILLER, 0, "يوم"},
    // al-yawm
    {ARK_DATE_WORD_FILLER, 0, "اليوم"},
    // bi-tarikh
    {ARK_DATE_WORD_FILLER, 0, "بتاريخ"},
    // tarikh
    {ARK_DATE_WORD_FILLER, 0, "تاريخ"},
    // al-tarikh
    {ARK_DATE_WORD_FILLER, 0, "التاريخ"},
    // nushr
    {ARK_DATE_WORD_FILLER, 0, "نشر"},
    // al-nashr
    {ARK_DATE_WORD_FILLER, 0, "النشر"},
    // nushirat
    {ARK_DATE_WORD_FILLER, 0, "نشرت"},
    // min
    {ARK_DATE_WORD_FILLER, 0, "من"},
    // shahr
    {ARK_DATE_WORD_FILLER, 0, "شهر"},
    // am
    {ARK_DATE_WORD_FILLER, 0, "عام"},
    // sana
    {ARK_DATE_WORD_FILLER, 0, "سنه"},
    // li-am
    {ARK_DATE_WORD_FILLER, 0, "لعام"},
    // al-muwafiq
    {ARK_DATE_WORD_FILLER, 0, "الموافق"},
    // muwafiq
    {ARK_DATE_WORD_FILLER, 0, "موافق"},
    // h. (hijri)
    {ARK_DATE_WORD_FILLER, 0, "ه"},
    // m. (miladi)
    {ARK_DATE_WORD_FILLER, 0, "م"},
    // miladi
    {ARK_DATE_WORD_FILLER, 0, "ميلادي"},
    // miladiya
    {ARK_DATE_WORD_FILLER, 0, "ميلاديه"},
    // hijri
    {ARK_DATE_WORD_FILLER, 0, "هجري"},
    // hijriya
    {ARK_DATE_WORD_FILLER, 0, "هجريه"},
    // al-sa'a
    {ARK_DATE_WORD_FILLER, 0, "الساعه"},
    // s. (sabahan)
    {ARK_DATE_WORD_FILLER, 0, "ص"},
    // sabahan
    {ARK_DATE_WORD_FILLER, 0, "صباحا"},
    // masa'an
    {ARK_DATE_WORD_FILLER, 0, "مساء"},
    // zuhran
    {ARK_DATE_WORD_FILLER, 0, "ظهرا"},
    // asran
    {ARK_DATE_WORD_FILLER, 0, "عصرا"},
    // laylan
    {ARK_DATE_WORD_FILLER, 0, "ليلا"},
    // bi-tawqit
    {ARK_DATE_WORD_FILLER, 0, "بتوقيت"},
    // tawqit
    {ARK_DATE_WORD_FILLER, 0, "توقيت"},
    // ghrinitsh
    {ARK_DATE_WORD_FILLER, 0, "غرينتش"},
    // jrinitsh
    {ARK_DATE_WORD_FILLER, 0, "جرينتش"},
    // akhir
    {ARK_DATE_WORD_FILLER, 0, "اخر"},
    // tahdith
    {ARK_DATE_WORD_FILLER, 0, "تحديث"},
    // hurrira
    {ARK_DATE_WORD_FILLER, 0, "حرر"},
    // udifa
    {ARK_DATE_WORD_FILLER, 0, "اضيف"},
    // muharram
    {ARK_DATE_WORD_FILLER, 0, "محرم"},
    // safar
    {ARK_DATE_WORD_FILLER, 0, "صفر"},
    // rabi'
    {ARK_DATE_WORD_FILLER, 0, "ربيع"},
    // jumada
    {ARK_DATE_WORD_FILLER, 0, "جمادي"},
    // rajab
    {ARK_DATE_WORD_FILLER, 0, "رجب"},
    // sha'ban
    {ARK_DATE_WORD_FILLER, 0, "شعبان"},
    // ramadan
    {ARK_DATE_WORD_FILLER, 0, "رمضان"},
    // shawwal
    {ARK_DATE_WORD_FILLER, 0, "شوال"},
    // dhu
    {ARK_DATE_WORD_FILLER, 0, "ذو"},
    // dhi
    {ARK_DATE_WORD_FILLER, 0, "ذي"},
    // al-qa'da
    {ARK_DATE_WORD_FILLER, 0, "القعده"},
    // al-hijja
    {ARK_DATE_WORD_FILLER, 0, "الحجه"},
    // al-ula
    {ARK_DATE_WORD_FILLER, 0, "الاولي"},
    // al-akhir
    {ARK_DATE_WORD_FILLER, 0, "الاخر"},
    // al-akhira
    {ARK_DATE_WORD_FILLER, 0, "الاخره"},
    {ARK_DATE_WORD_MONTH, 1, "january"},
    {ARK_DATE_WORD_MONTH, 1, "jan"},
    {ARK_DATE_WORD_MONTH, 2, "february"},
    {ARK_DATE_WORD_MONTH, 2, "feb"},
    {ARK_DATE_WORD_MONTH, 3, "march"},
    {ARK_DATE_WORD_MONTH, 3, "mar"},
    {ARK_DATE_WORD_MONTH, 4, "april"},
    {ARK_DATE_WORD_MONTH, 4, "apr"},
    {ARK_DATE_WORD_MONTH, 5, "may"},
    {ARK_DATE_WORD_MONTH, 6, "june"},
    {ARK_DATE_WORD_MONTH, 6, "jun"},
    {ARK_DATE_WORD_MONTH, 7, "july"},
    {ARK_DATE_WORD_MONTH, 7, "jul"},
    {ARK_DATE_WORD_MONTH, 8, "august"},
    {ARK_DATE_WORD_MONTH, 8, "aug"},
    {ARK_DATE_WORD_MONTH, 9, "september"},
    {ARK_DATE_WORD_MONTH, 9, "sep"},
    {ARK_DATE_WORD_MONTH, 10, "october"},
    {ARK_DATE_WORD_MONTH, 10, "oct"},
    {ARK_DATE_WORD_MONTH, 11, "november"},
    {ARK_DATE_WORD_MONTH, 11, "nov"},
    {ARK_DATE_WORD_MONTH, 12, "december"},
    {ARK_DATE_WORD_MONTH, 12, "dec"},
    {ARK_DATE_WORD_MONTH, 9, "sept"},
    {ARK_DATE_WORD_WEEKDAY, 0, "sunday"},
    {ARK_DATE_WORD_WEEKDAY, 0, "sun"},
    {ARK_DATE_WORD_WEEKDAY, 0, "monday"},
    {ARK_DATE_WORD_WEEKDAY, 0, "mon"},
    {ARK_DATE_WORD_WEEKDAY, 0, "tuesday"},
    {ARK_DATE_WORD_WEEKDAY, 0, "tue"},
    {ARK_DATE_WORD_WEEKDAY, 0, "wednesday"},
    {ARK_DATE_WORD_WEEKDAY, 0, "wed"},
    {ARK_DATE_WORD_WEEKDAY, 0, "thursday"},
    {ARK_DATE_WORD_WEEKDAY, 0, "thu"},
    {ARK_DATE_WORD_WEEKDAY, 0, "friday"},
    {ARK_DATE_WORD_WEEKDAY, 0, "fri"},
    {ARK_DATE_WORD_WEEKDAY, 0, "saturday"},
    {ARK_DATE_WORD_WEEKDAY, 0, "sat"},
    {ARK_DATE_WORD_FILLER, 0, "on"},
    {ARK_DATE_WORD_FILLER, 0, "at"},
    {ARK_DATE_WORD_FILLER, 0, "of"},
    {ARK_DATE_WORD_FILLER, 0, "the"},
    {ARK_DATE_WORD_FILLER, 0, "date"},
    {ARK_DATE_WORD_FILLER, 0, "published"},
    {ARK_DATE_WORD_FILLER, 0, "posted"},
    {ARK_DATE_WORD_FILLER, 0, "updated"},
    {ARK_DATE_WORD_FILLER, 0, "am"},
    {ARK_DATE_WORD_FILLER, 0, "pm"},
    {ARK_DATE_WORD_FILLER, 0, "gmt"},
    {ARK_DATE_WORD_FILLER, 0, "utc"},
    {ARK_DATE_WORD_FILLER, 0, "t"},
    {ARK_DATE_WORD_FILLER, 0, "z"},
    {ARK_DATE_WORD_FILLER, 0, "th"},
    {ARK_DATE_WORD_FILLER, 0, "st"},
    {ARK_DATE_WORD_FILLER, 0, "nd"},
    {ARK_DATE_WORD_FILLER, 0, "rd"},
};

enum ark_date_word_kind
ark_date_word_find(ark_str folded, uint32_t *month)
{
    for (size_t i = 0; i < ARK_COUNT_OF(WORDS); i++) {
        if (ark_str_equal(folded, ark_str_from(WORDS[i].text))) {
            *month = WORDS[i].month;
            return WORDS[i].kind;
        }
    }
    return ARK_DATE_WORD_UNKNOWN;
}
