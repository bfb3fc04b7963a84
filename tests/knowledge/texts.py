"""Sentences of small test books."""

ANIMALS = (
    "Kucing adalah hewan peliharaan yang suka mengejar tikus di rumah.",
    "Gajah sumatra hidup berkelompok di hutan dan memakan daun-daunan.",
    "Komodo adalah kadal terbesar di dunia dan hidup di Nusa Tenggara Timur.",
    "Burung cenderawasih dikenal karena bulunya yang indah di Papua.",
    "Badak jawa adalah mamalia langka di Taman Nasional Ujung Kulon.",
    "Penyu bertelur di pantai berpasir pada malam hari.",
)

PLANETS = (
    "Merkurius adalah planet yang paling dekat dengan matahari.",
    "Venus adalah planet terpanas karena atmosfernya menahan panas.",
    "Jupiter adalah planet terbesar dalam tata surya kita.",
    "Saturnus memiliki cincin yang tersusun dari es dan batu.",
)
