"""What of a POSLog is translated, passed over and quarantined, by name."""

from typing import Final

from tallystick.kit.boxes.coverage import Coverage

NAME: Final = "poslog"
UNREADABLE, DOCTYPE, PACKED = "no POSLog", "a document type", "a packed file"
FIELD, CURRENCY, KIND = "a field", "another currency", "a kind of line"
TOTALS, NEGATIVE, TENDERLESS = "totals", "a negative item", "no tender"
UNKNOWN = "a kind of transaction"

COVERAGE: Final = Coverage(
    source=NAME,
    translated={
        "RetailTransaction with Sale lines": "SaleReported, a basket of the till's day",
        "RetailTransaction with Return lines": "CreditReported; an exchange becomes both",
        "LineItem VoidFlag": "takes back the line before it that it names, or is no line at all",
        "LoyaltyReward, Monetary": "off the price of the line it refers to, as its loyalty",
        "Tax": "the tax of the lines: its own, or shared out over the lines it is on",
        "Tender": "the basket's tender; several at once are `mixed`",
        "TenderControlTransaction TillSettle": "CashUpReported, a supplement of the shop's day",
    },
    fields={
        "RetailStoreID": "location and channel",
        "WorkstationID, SequenceNumber, BusinessDayDate": "the basket's number; the day of the till",
        "EndDateTime": "the moment; in the setting `zone` where it names no offset",
        "CurrencyCode": "checked against the setting `currency`",
        "TransactionStatus, CancelFlag, TrainingModeFlag": "whether anything was sold",
        "LineItem/SequenceNumber": "the line",
        "Sale|Return/ItemID, POSIdentity/POSItemID": "the product",
        "Sale|Return/Quantity": "units; thousandths where `weightItem` or another unit of measure than EA says so",
        "Sale|Return/ExtendedAmount, ExtendedDiscountAmount": "what the line comes to",
        "Tax/Amount, TaxableAmount, IncludedInPriceFlag, TaxID": "tax",
        "LoyaltyReward/ExtendedRewardAmount, OperatorSequenceReference": "loyalty",
        "Tender/@TenderType, Amount": "tender",
        "LoyaltyMembership/MembershipID, Customer/CustomerID": "the customer, by reference only",
        "Total/TransactionGrandAmount": "the sum that all lines, rewards and taxes must come to",
        "TillSettle/TenderSummary/Ending/@TenderType, Amount": "what was counted",
    },
    ignored={
        "ControlTransaction": "signing on and off, no sale, and the like move neither goods nor money",
        "TransactionStatus Suspended, Voided, Canceled, Failed; CancelFlag": "nothing was sold",
        "TrainingModeFlag": "somebody practised",
        "OperatorID, AgeRestriction, ElectronicSignature": "people: they stay in the sealed body",
        "RewardCategory other than Monetary": "points, texts and offers that take nothing off the price",
        "TillOpen, and TenderControlTransaction other than TillSettle": "floats and pickups stay within the shop",
        "Description, MerchandiseHierarchy, RegularSalesUnitPrice": "the product's, not the sale's",
    },
    quarantined={
        UNREADABLE: "the file is no XML, or its root is no POSLog of the namespace",
        DOCTYPE: "a DTD can hold entities that blow up or read files: it is never read",
        PACKED: "nothing is unpacked here: a small archive can hold more than the memory",
        FIELD: "a field that is needed is missing or cannot be read",
        CURRENCY: "the book of the connection has one currency",
        KIND: "gift cards, services, fees and deposits: a basket of a till has goods only",
        NEGATIVE: "a bottle refund or the like: no message of a till gives money for goods that were not sold",
        TOTALS: "lines, rewards and taxes do not come to the transaction's own total: something in it is not understood",
        TENDERLESS: "goods left and nobody paid: on account, or paid elsewhere",
        UNKNOWN: "neither a sale, nor the till's own affairs",
    },
)
