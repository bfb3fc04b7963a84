"""The words of generated passwords: short, friendly, without l and o, which look like 1 and 0."""

WORDS = tuple(
    """
    adem agar ajak akar akur aman ambar anak anggur angsa antar apik arah asam asap asri atap awet ayam baca badak bagus
    bahan bahasa bahu baju bambu bangku bantu barat baris baru bata batik batu bayam bebek becak beduk benang benar
    benih bening bensin beras beri bersih besar betah biasa bibit bijak bijih biru bubur budaya budi buka buket bukit
    bukti bumi bundar burung busa busur cabai cabang cahaya candi cantik cara cari catat cawan cepat cerah cerdas ceri
    cerita cermat cermin cipta ciri cita cuaca cuci cucu cukup cumi dadu dahan damai danau dapat dapur darat dasar
    datang datar daun dayung dekat denah depan deras desa detak diam didih dingin durian emas ember empat encer etika
    fajar fakta fisika gading gagah gajah gambar ganti garam garis gasing gedung gemar genap getah getar giat gita gitar
    gubuk gudang guna gunung gurami gurih gurita guru hadap hadiah hadir hangat hari haru harum hati hawa hebat hemat
    hening hias hidang hidup hijau hikmah himpun hitung hujan huruf ibarat ikan ikat ikut impian induk ingat ingin intan
    inti irama iring istana jaga jagung jahe jahit jajan jamur janji jarak jari jaring jasa jati jawab jaya jejak jenaka
    jerami jernih jeruk jinak jingga jitu juang juara jumpa jurus kabut kacang kain kakak kaki kamar kamus kapak kapas
    kapur karang karet kartu karya kasur kata katak kawan kaya kayu kebun keran kerang kerap kering keris kertas ketat
    kijang kincir kipas kira kirim kisah kuas kuat kubis kunci kuning kupas kura kursi kursus kutub madu mahir main
    makan mandi mangga manis mantap masa masak mata medan megah meja mekar menang menara merah merak meriah mesin mimpi
    minum mirip muda mudah muka murah murid musik musim mutu nada nadi nanas nangka narasi negeri neraca niaga niat
    nikmat nyaman nyanyi pabrik padang padi pagar paham pahat paku panah panas pandai panen pantai papan papaya paras
    pari paruh pasar pasti patuh patung payung peka peniti pepaya perahu peran pesan pesta peta petani petik piara pikir
    pinang pindah pintar pintu pipa pipi piring puas puding pukat puncak punya pupuk pusat putih putri rabu racik radar
    ragam rajin rakit ramah ramai rantai rapat rasa rata ratu rawa rebana rebung redup regu renang resep riang ribu rima
    rimba rinci ringan rintik riset ruang ruas rubah rumah rupa rusa rute sabar sabtu sabun sagu sajak saku sama sambut
    sampan santai sapa sapi sapu saran sarang sari saring sate satria satu satwa sawah sawi sayap sayur sedap segar
    sehat sejuk seni senja sepeda serat seri serius seru setia siang sikap sikat simpan sinar singa siput siram sirup
    sisir siswa subur sudut suhu suka sukses sumber sumur sungai surat surya susun tahu tajam taman tamu tanah tanam
    tanda tangan tangga tanya tapir tari tarik tawa tebak tebu teduh tegak tegap tekad teman tempat tempe tenaga tenda
    tengah tepat tepuk tepung terang terima tertib tiang tiga tikar timur tinta tirai tiram titik tugas tugu tuju tukar
    embun tunas tupai turun ucap udara ukir ukur umpan untung upaya urut usaha utara utas waktu wangi warga warna warta
    warung wayang wibawa wijen wisata wisma yakin yuyu zaitun zaman zamrud zebra
    """.split()  # noqa: SIM905 -- 512 quoted words could not be read
)
"""512 Indonesian words, 9 bits each."""
